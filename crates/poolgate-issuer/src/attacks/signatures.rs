//! Signatures that are not of this token, or not of this pool.

use super::{
    attack::{
        Attack,
        Attacker::{Anyone, KeyHolder, TokenHolder},
        Kind,
    },
    forge::{parts, with_signature},
    kit::Kit,
};

pub(super) fn attacks(kit: &Kit<'_>) -> Vec<Attack> {
    [forged(kit), numbers(kit), lengths(kit), changed(kit)].concat()
}

const FORGED: Kind = Kind::new("A5", Anyone, "invalid_signature");

fn forged(kit: &Kit<'_>) -> Vec<Attack> {
    let good = kit.good();
    let (token, id_kid) = (good.sign(), kit.issuer().id_kid());
    let escalated = good.clone().group(kit.group_name()).username("root").sign();
    let ([header, _, signature], [_, claims, _]) = (parts(&token), parts(&escalated));
    vec![
        FORGED.token(
            "forged",
            "The signature is there and in its form, and nobody verifies it.",
            kit.forged().sign(),
        ),
        FORGED.token(
            "forged-and-expired",
            "The answer tells something about a token that nobody has signed.",
            kit.forged().expired().sign(),
        ),
        FORGED.attacker(TokenHolder).token(
            "claims-of-another-token",
            "The signature is one of the pool, and nobody asks of which claims.",
            format!("{header}.{claims}.{signature}"),
        ),
        FORGED.attacker(KeyHolder).row("D18").token(
            "kid-of-another-key",
            "The signature is verified with whichever key of the set fits.",
            good.kid(id_kid).sign(),
        ),
    ]
}

/// Numbers that are a signature of anything, if one comparison is left out.
fn numbers(kit: &Kit<'_>) -> Vec<Attack> {
    let rows: [(_, _, _, fn(&mut Vec<u8>)); 4] = [
        (
            "signature-zeros",
            "A9",
            "Zeros are a signature of everything (CVE-2022-21449).",
            |bytes| bytes.fill(0),
        ),
        ("signature-ones", "A9", "Numbers beyond the order wrap around to small ones.", |bytes| {
            bytes.fill(0xff);
        }),
        (
            "signature-number-one",
            "A11",
            "One to the power of the exponent is one, and nobody looks at the padding.",
            |bytes| {
                bytes.fill(0);
                bytes.pop();
                bytes.push(1);
            },
        ),
        (
            "signature-zeros-in-der",
            "A10",
            "Zeros in DER are decoded, and are a signature of everything.",
            |bytes| *bytes = vec![0x30, 6, 2, 1, 0, 2, 1, 0],
        ),
    ];
    rows.map(|(name, row, hope, edit)| FORGED.row(row).token(name, hope, with_edited(kit, edit)))
        .into()
}

/// The bytes of a good signature, and more or fewer.
fn lengths(kit: &Kit<'_>) -> Vec<Attack> {
    let rows: [(_, _, fn(&mut Vec<u8>)); 6] = [
        ("signature-one-byte-less", "The missing byte is taken for a zero.", |bytes| {
            bytes.pop();
        }),
        (
            "signature-one-byte-more",
            "Whatever stands behind the signature is left alone.",
            |bytes| {
                bytes.push(0);
            },
        ),
        (
            "signature-zero-in-front",
            "A signature is a number, whose length is no matter.",
            |bytes| {
                bytes.insert(0, 0);
            },
        ),
        ("signature-twice", "The first half is verified, and the rest is left alone.", |bytes| {
            bytes.extend_from_within(..);
        }),
        ("signature-backwards", "The order of the bytes is no matter.", |bytes| bytes.reverse()),
        (
            "signature-of-8000-bytes",
            "The signature is copied to where there is less room.",
            |bytes| {
                bytes.resize(8_000, 0x41);
            },
        ),
    ];
    let kind = FORGED.row("A10").attacker(TokenHolder);
    rows.map(|(name, hope, edit)| kind.token(name, hope, with_edited(kit, edit))).into()
}

/// One bit is enough to make it another token.
fn changed(kit: &Kit<'_>) -> Vec<Attack> {
    let rows: [(_, _, fn(&mut Vec<u8>)); 3] = [
        ("signature-first-byte-changed", "The start of the signature is not compared.", |bytes| {
            bytes[0] ^= 1;
        }),
        ("signature-middle-changed", "Only the ends of the signature are compared.", |bytes| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
        }),
        ("signature-last-bit-changed", "The end of the signature is not compared.", |bytes| {
            let last = bytes.len() - 1;
            bytes[last] ^= 1;
        }),
    ];
    let kind = FORGED.row("A11").attacker(TokenHolder);
    rows.map(|(name, hope, edit)| kind.token(name, hope, with_edited(kit, edit))).into()
}

fn with_edited(kit: &Kit<'_>, edit: fn(&mut Vec<u8>)) -> String {
    with_signature(&kit.good().sign(), edit)
}
