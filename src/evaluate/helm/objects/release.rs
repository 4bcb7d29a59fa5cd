//! `.Release`.

use crate::evaluate::helm::value::{MAP, Val};
use crate::trace::Origin;

/// `.Release` of a first installation as `name` in `namespace`.
#[must_use]
pub fn release(name: &str, namespace: &str) -> Val {
    let text = |s: &str| Val::str(s, Origin::nowhere());
    Val::map_from(
        MAP,
        [
            ("Name", text(name)),
            ("Namespace", text(namespace)),
            ("Service", text("Helm")),
            ("IsInstall", Val::bool(true, Origin::nowhere())),
            ("IsUpgrade", Val::bool(false, Origin::nowhere())),
            ("Revision", Val::int(1, Origin::nowhere())),
        ],
    )
}
