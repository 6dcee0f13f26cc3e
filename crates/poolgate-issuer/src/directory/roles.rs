//! Which role is preferred (Cognito's rules for `cognito:roles` and `cognito:preferred_role`).

use crate::config::Group;

/// What a user's groups come to in tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Membership {
    pub(crate) groups: Vec<String>,
    pub(crate) roles: Vec<String>,
    pub(crate) preferred_role: Option<String>,
}

impl Membership {
    pub(super) fn of<'a>(groups: impl Iterator<Item = &'a Group> + Clone) -> Self {
        let with_roles =
            groups.clone().filter_map(|group| Some((rank(group), group.role_arn.as_ref()?)));
        let mut roles: Vec<String> = Vec::new();
        for (_, arn) in with_roles.clone() {
            if !roles.contains(arn) {
                roles.push(arn.clone());
            }
        }
        let best = with_roles.clone().map(|(rank, _)| rank).min();
        let mut preferred = with_roles.filter(|(rank, _)| Some(*rank) == best).map(|(_, arn)| arn);
        let first = preferred.next();
        Self {
            groups: groups.map(|group| group.name.clone()).collect(),
            roles,
            // A tie between different roles is nobody's.
            preferred_role: first.filter(|arn| preferred.all(|other| other == *arn)).cloned(),
        }
    }
}

/// 0 comes first, and no precedence last.
fn rank(group: &Group) -> u64 {
    group.precedence.map_or(u64::MAX, u64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(precedence: Option<u32>, role: &str) -> Group {
        let mut group = Group::new("g");
        group.precedence = precedence;
        group.role_arn = (!role.is_empty()).then(|| role.to_owned());
        group
    }

    #[track_caller]
    fn gives(groups: &[(Option<u32>, &str)], roles: &[&str], preferred: Option<&str>) {
        let groups: Vec<_> = groups.iter().map(|(rank, role)| group(*rank, role)).collect();
        let membership = Membership::of(groups.iter());
        assert_eq!(membership.roles, roles, "{groups:?}");
        assert_eq!(membership.preferred_role.as_deref(), preferred, "{groups:?}");
    }

    #[test]
    fn the_lowest_precedence_is_preferred_and_every_role_is_there() {
        gives(
            &[(Some(10), "basic"), (Some(1), "admin"), (Some(5), "premium")],
            &["basic", "admin", "premium"],
            Some("admin"),
        );
        gives(&[(Some(1), "a"), (Some(0), "b")], &["a", "b"], Some("b"));
    }

    #[test]
    fn no_precedence_comes_after_any() {
        gives(&[(None, "a"), (Some(u32::MAX), "b")], &["a", "b"], Some("b"));
        gives(&[(None, "a")], &["a"], Some("a"));
    }

    #[test]
    fn a_tie_is_solved_only_by_the_same_role() {
        gives(&[(Some(1), "a"), (Some(1), "a"), (Some(2), "b")], &["a", "b"], Some("a"));
        gives(&[(Some(1), "a"), (Some(1), "b"), (Some(2), "c")], &["a", "b", "c"], None);
        gives(&[(None, "a"), (None, "a")], &["a"], Some("a"));
        gives(&[(None, "a"), (None, "b")], &["a", "b"], None);
    }

    #[test]
    fn groups_without_roles_do_not_count() {
        gives(&[(Some(0), ""), (Some(9), "a")], &["a"], Some("a"));
        gives(&[(Some(0), "")], &[], None);
        gives(&[], &[], None);
    }
}
