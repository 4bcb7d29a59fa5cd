//! Attributes that a provider would compute, where that needs nothing but what is written.

use super::world::World;
use crate::evaluate::terraform::ast::hcl;
use crate::evaluate::terraform::config::Declared;
use crate::evaluate::terraform::expr::{Scope, render};
use crate::evaluate::terraform::functions;
use crate::evaluate::terraform::value::{Data, Fields, Val, to_text};
use crate::trace::{StepKind, Text};

impl World<'_> {
    /// Adds such attributes.
    pub(super) fn computed(
        &self,
        scope: &Scope<'_>,
        data: bool,
        block: &Declared,
        fields: &mut Fields,
    ) {
        let made = match (data, block.kind.as_str()) {
            (_, "template_file") => rendered(scope, block, fields).map(|v| ("rendered", v)),
            (_, "cloudinit_config" | "template_cloudinit_config") => {
                Some(("rendered", multipart(fields, block)))
            }
            (false, "terraform_data") => fields.get("input").cloned().map(|v| ("output", v)),
            (false, "null_data_source") => fields.get("inputs").cloned().map(|v| ("outputs", v)),
            (true, "local_file") => fields
                .get("filename")
                .and_then(|name| functions::file(scope, name).ok())
                .map(|v| ("content", v)),
            (true, "terraform_remote_state") => Some(("outputs", self.remote_state(block, fields))),
            (true, "tfe_outputs") => Some(("values", self.outputs_of_workspace(block, fields))),
            (true, "aws_region") => self.region_of_provider(scope, block).map(|v| ("name", v)),
            _ => None,
        };
        if let Some((name, val)) = made {
            if block.kind == "aws_region" {
                for name in ["id", "region"] {
                    fields.set(name, val.origin.clone(), val.clone());
                }
            }
            let key = val.origin.clone();
            fields.set(name, key, val);
        }
    }

    fn region_of_provider(&self, scope: &Scope<'_>, block: &Declared) -> Option<Val> {
        let config = self.provider_of(scope.module, block, scope.repeat)?;
        config.fields()?.get("region").cloned()
    }
}

/// `data.template_file`: its template with its variables.
fn rendered(scope: &Scope<'_>, block: &Declared, fields: &Fields) -> Option<Val> {
    let template = fields.get("template")?;
    let Data::Str(text) = &template.data else {
        return Some(template.clone());
    };
    scope
        .world
        .note_template(template.origin.span().map(|s| s.source));
    let expr = match hcl::template(text) {
        Ok(expr) => expr,
        Err(error) => return Some(Val::unknown(error.message, template.origin.clone())),
    };
    let bound: Vec<(String, Val)> = fields
        .get("vars")
        .and_then(Val::fields)
        .map(|f| {
            f.entries
                .iter()
                .map(|(n, f)| (n.clone(), f.val.clone()))
                .collect()
        })
        .unwrap_or_default();
    let _level = scope.world.enter_template().ok()?;
    let val = render(scope, &expr, &bound)
        .unwrap_or_else(|fail| Val::unknown(fail.message, template.origin.clone()));
    let at = block.header.nearest_span();
    Some(val.then(
        StepKind::Template,
        at,
        format!("data.template_file.{}", block.name),
    ))
}

/// `cloudinit_config`: its parts as one message. Packing and encoding are left out, the text
/// is the same with and without.
fn multipart(fields: &Fields, block: &Declared) -> Val {
    const BOUNDARY: &str = "MIMEBOUNDARY";
    let origin = block.header.clone();
    let mut out = Text::default();
    let mut put = |s: &str| out.push_str(s, &origin);
    put("Content-Type: multipart/mixed; boundary=\"");
    put(BOUNDARY);
    put("\"\nMIME-Version: 1.0\r\n\r\n");
    let parts = fields.get("part").and_then(Val::items).unwrap_or(&[]);
    for part in parts {
        let Some(part) = part.fields() else {
            return Val::unknown("the parts are not known", origin);
        };
        let text = |name: &str| part.get(name).and_then(to_text);
        out.push_str(&format!("--{BOUNDARY}\r\n"), &origin);
        if let Some(name) = text("filename") {
            out.push_str("Content-Disposition: attachment; filename=\"", &origin);
            out.push(&name);
            out.push_str("\"\r\n", &origin);
        }
        out.push_str("Content-Transfer-Encoding: 7bit\r\nContent-Type: ", &origin);
        match text("content_type") {
            Some(kind) => out.push(&kind),
            None => out.push_str("text/plain", &origin),
        }
        out.push_str("\r\nMime-Version: 1.0\r\n\r\n", &origin);
        if let Some(content) = text("content") {
            out.push(&content);
        }
        out.push_str("\r\n", &origin);
    }
    out.push_str(&format!("--{BOUNDARY}--\r\n"), &origin);
    Val::text(out)
}
