use serde_json::{Value, json};

/// An instance size: slug, USD per month, whether it allows one instance only.
///
/// Prices as published in 2025; only their order matters to tests.
const SIZES: [(&str, u64, bool); 14] = [
    ("apps-s-1vcpu-0.5gb", 5, true),
    ("apps-s-1vcpu-1gb-fixed", 10, true),
    ("apps-s-1vcpu-1gb", 12, false),
    ("apps-s-1vcpu-2gb", 25, false),
    ("apps-s-2vcpu-4gb", 50, false),
    ("apps-d-1vcpu-0.5gb", 29, false),
    ("apps-d-1vcpu-1gb", 34, false),
    ("apps-d-1vcpu-2gb", 39, false),
    ("apps-d-1vcpu-4gb", 49, false),
    ("apps-d-2vcpu-4gb", 78, false),
    ("apps-d-2vcpu-8gb", 98, false),
    ("apps-d-4vcpu-8gb", 156, false),
    ("apps-d-4vcpu-16gb", 196, false),
    ("apps-d-8vcpu-32gb", 392, false),
];

/// The size of a component that names none.
pub(super) const DEFAULT: &str = "apps-s-1vcpu-0.5gb";

fn find(slug: &str) -> Option<(&'static str, u64, bool)> {
    SIZES.into_iter().find(|(known, _, _)| *known == slug)
}

/// USD per month for one instance.
pub(super) fn price(slug: &str) -> Option<u64> {
    find(slug).map(|(_, price, _)| price)
}

pub(super) fn is_single(slug: &str) -> bool {
    find(slug).is_some_and(|(_, _, single)| single)
}

pub(super) fn all() -> Value {
    let sizes: Vec<Value> = SIZES.into_iter().map(render).collect();
    json!({"instance_sizes": sizes})
}

pub(super) fn one(slug: &str) -> Option<Value> {
    find(slug).map(|size| json!({"instance_size": render(size)}))
}

fn render((slug, price, single): (&str, u64, bool)) -> Value {
    let dedicated = slug.starts_with("apps-d-");
    json!({
        "name": slug,
        "slug": slug,
        "cpu_type": if dedicated { "DEDICATED" } else { "SHARED" },
        "usd_per_month": price.to_string(),
        "scalable": dedicated,
        "single_instance_only": single,
    })
}
