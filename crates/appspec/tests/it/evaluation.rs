//! What of Terraform's language is evaluated, and what is refused.

use std::error::Error as _;

use loadsure_appspec::{Spec, render};

use crate::tree::Tree;

/// Renders an environment that has these files.
fn rendered(files: &[(&str, &str)]) -> Result<Spec, String> {
    let tree = Tree::empty();
    for (path, text) in files {
        tree.write(&format!("infra/{path}"), text);
    }
    render(tree.root(), "test").map_err(|error| match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    })
}

/// Renders an environment whose app has this in its spec.
fn with_spec(spec: &str, rest: &str) -> Result<Spec, String> {
    let main = format!("resource \"digitalocean_app\" \"this\" {{\n  spec {{\n{spec}\n  }}\n}}\n{rest}");
    rendered(&[("envs/test/main.tf", &main)])
}

fn text(spec: &Spec, place: &[&str]) -> String {
    spec.get(place).unwrap().as_str().unwrap().to_owned()
}

#[test]
fn variables_come_from_defaults_files_and_callers_in_that_order() {
    let spec = rendered(&[
        (
            "envs/test/main.tf",
            r#"
            variable "a" { default = "default" }
            variable "b" { default = "default" }
            variable "c" { default = "default" }
            module "m" {
              source = "../../modules/m"
              name   = "${var.a}-${var.b}-${var.c}"
            }"#,
        ),
        ("envs/test/terraform.tfvars", "b = \"file\"\nc = \"file\""),
        ("envs/test/z.auto.tfvars", "c = \"auto\""),
        (
            "modules/m/main.tf",
            r#"
            variable "name" {}
            variable "region" { default = "nyc" }
            locals { name = upper(var.name) }
            resource "digitalocean_app" "this" {
              spec {
                name   = local.name
                region = var.region
              }
            }"#,
        ),
    ])
    .unwrap();
    assert_eq!(text(&spec, &["name"]), "DEFAULT-FILE-AUTO");
    assert_eq!(text(&spec, &["region"]), "nyc");
}

#[test]
fn dynamic_blocks_conditions_and_loops_are_evaluated() {
    let spec = with_spec(
        r#"
        name = join("-", [for n in ["a", "b"] : n if n != "b"])
        dynamic "worker" {
          for_each = { two = 2, one = local.many ? 7 : 1 }
          iterator = it
          content {
            name           = it.key
            instance_count = it.value * 2
            dynamic "env" {
              for_each = toset(["X", "X"])
              content {
                key   = env.value
                value = tostring(it.value)
              }
            }
          }
        }"#,
        "locals { many = length(keys(merge({ a = 1 }, { b = 2 }))) >= 2 }",
    )
    .unwrap();
    assert_eq!(text(&spec, &["name"]), "a");
    let count = |name: &str| spec.get(&["workers", name, "instance_count"]).unwrap().as_u64();
    assert_eq!((count("one"), count("two")), (Some(14), Some(4)));
    assert_eq!(text(&spec, &["workers", "one", "envs", "X", "value"]), "7");
}

#[test]
fn resources_and_modules_by_count_and_for_each_are_evaluated() {
    let spec = rendered(&[
        (
            "envs/test/main.tf",
            r#"
            module "one" {
              source   = "../../modules/m"
              for_each = { k = "v" }
              value    = "${each.key}${each.value}"
            }
            module "none" {
              source = "../../modules/m"
              count  = 0
              value  = "x"
            }
            resource "digitalocean_vpc" "many" {
              count = 2
              name  = "vpc-${count.index}"
            }
            resource "digitalocean_app" "this" {
              spec {
                name   = one([for m in module.one : m.value])
                region = join(",", concat(digitalocean_vpc.many[*].name, module.none[*].value))
              }
            }"#,
        ),
        (
            "modules/m/main.tf",
            "variable \"value\" {}\noutput \"value\" { value = var.value }",
        ),
    ])
    .unwrap();
    assert_eq!(text(&spec, &["name"]), "kv");
    assert_eq!(text(&spec, &["region"]), "vpc-0,vpc-1");
}

#[test]
fn what_is_known_only_later_is_named_by_the_output_that_has_it() {
    let rest = r#"
        variable "digests" { type = object({ api = string }) }
        resource "digitalocean_vpc" "this" { name = "n" }
        output "vpc" { value = digitalocean_vpc.this.id }"#;
    let spec = r#"
        name   = digitalocean_vpc.this.name
        region = "x-${digitalocean_vpc.this.id}-${var.digests.api}-$${db.PORT}""#;
    let rendered = with_spec(spec, rest).unwrap();
    assert_eq!(text(&rendered, &["name"]), "n");
    assert_eq!(
        text(&rendered, &["region"]),
        "x-${output.vpc}-${var.digests.api}-${db.PORT}"
    );
    let error = with_spec(spec, &rest.replace("this.id", "this.urn")).unwrap_err();
    assert_eq!(
        error,
        "digitalocean_vpc.this.id is in the spec, but no output of the environment gives it to a deployment"
    );
}

#[test]
fn what_cannot_be_evaluated_is_named_and_never_left_out() {
    let cases = [
        ("name = frobnicate(1)", "", "frobnicate"),
        ("name = var.missing", "", "var.missing: is not declared"),
        (
            "name = local.a",
            "locals {\n a = local.b\n b = local.a\n}",
            "refers to itself",
        ),
        (
            "name = data.x.y.z",
            "",
            "digitalocean_app.this.spec.name cannot be evaluated",
        ),
        (
            "name = 1",
            "data \"x\" \"y\" {}",
            "blocks of this kind are not evaluated",
        ),
        ("name = 1\ndomains = [\"a\"]", "", "domains is deprecated"),
        (
            "name = 1\nvpc { id = 1 }\nvpc { id = 2 }",
            "",
            "is there more than once",
        ),
        (
            "name = module.m.x",
            "module \"m\" { source = \"registry/m\" }",
            "only modules of this repository",
        ),
    ];
    for (spec, rest, expected) in cases {
        let error = with_spec(spec, rest).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn an_environment_has_one_app() {
    assert!(
        rendered(&[("envs/test/main.tf", "")])
            .unwrap_err()
            .contains("one digitalocean_app")
    );
    let two = "resource \"digitalocean_app\" \"b\" {\n  spec {\n    name = \"b\"\n  }\n}";
    assert!(
        with_spec("name = \"a\"", two)
            .unwrap_err()
            .contains("one digitalocean_app")
    );
}
