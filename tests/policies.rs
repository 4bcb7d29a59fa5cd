//! The embedded policies: they load, hang together, and follow their schemas.

use konform::policy::{Policies, validate::validate};

#[test]
fn builtin_policies_hang_together() {
    let policies = Policies::builtin().expect("the embedded policies load");
    if let Err(errors) = validate(&policies) {
        let list: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{} mistakes:\n{}", list.len(), list.join("\n"));
    }
    assert!(policies.products.len() >= 5);
}
