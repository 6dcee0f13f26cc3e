//! Every attack of the test issuer, sent to the quickstart.

use super::api;
use poolgate::{Policy, TokenUse, Verifier};
use poolgate_examples::serve;
use poolgate_issuer::{AttackRun, TestIssuer};

#[tokio::test(flavor = "multi_thread")]
async fn the_quickstart_takes_no_attack() -> Result<(), Box<dyn std::error::Error>> {
    let issuer = TestIssuer::start().await;
    let policy = Policy::cognito(issuer.user_pool_id(), issuer.client_id(), TokenUse::Access)?
        .jwks_url(issuer.jwks_url())?;
    let server = serve(api(Verifier::new(policy)?)).await?;
    let attacks = |path| AttackRun::new(&issuer, &format!("http://{server}{path}"));

    for (run, at_least) in [
        (attacks("/me")?, 350),
        (attacks("/admin")?.group("Admins"), 375),
        (attacks("/orders")?.scope("orders/read"), 350),
    ] {
        let report = run.run().await;
        assert!(report.is_clean() && report.outcomes().len() > at_least, "{report}");
    }
    assert!(attacks("/public")?.run().await.is_open());
    Ok(())
}
