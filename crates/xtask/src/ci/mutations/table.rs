//! The broken changes.

use super::copy::Edit;

/// How long finding out takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cost {
    /// Seconds.
    Cheap,
    /// The service is compiled.
    Dear,
}

/// A broken change.
pub(super) struct Mutation {
    /// The job that must find it.
    pub(super) job: &'static str,
    pub(super) what: &'static str,
    pub(super) edit: Edit,
    /// What the job then says, so that a failure for another reason does not count.
    pub(super) says: &'static str,
    /// The program that finds it; without it the job does not.
    pub(super) tool: Option<&'static str>,
    pub(super) cost: Cost,
}

const fn cheap(job: &'static str, what: &'static str, edit: Edit, says: &'static str) -> Mutation {
    Mutation {
        job,
        what,
        edit,
        says,
        tool: None,
        cost: Cost::Cheap,
    }
}

impl Mutation {
    const fn by(self, tool: &'static str) -> Self {
        Self {
            tool: Some(tool),
            ..self
        }
    }

    const fn dear(self) -> Self {
        Self {
            cost: Cost::Dear,
            ..self
        }
    }
}

const CI: &str = ".github/workflows/ci.yml";
const CORE: &str = "crates/core/src/lib.rs";
const CHECKOUT: &str = "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2";

/// All of them. Secrets are put together here, so that none stands in this file.
pub(super) const MUTATIONS: &[Mutation] = &[
    cheap(
        "fmt",
        "unformatted code",
        Edit::Append(CORE, "\nfn  x( ){}\n"),
        "Diff in",
    ),
    cheap(
        "workflows",
        "a gate that does not need a job",
        Edit::Replace(CI, "      - infra\n", ""),
        "does not need infra",
    ),
    cheap(
        "workflows",
        "an action at a tag",
        Edit::Replace(CI, CHECKOUT, "actions/checkout@v6"),
        "not pinned",
    ),
    cheap(
        "workflows",
        "a job without a time limit",
        Edit::Replace(CI, "    timeout-minutes: 10\n", ""),
        "no timeout-minutes",
    ),
    cheap(
        "workflows",
        "a misspelt event",
        Edit::Replace(CI, "  merge_group:\n", "  merge_groups:\n"),
        "merge_groups",
    )
    .by("check-jsonschema"),
    cheap(
        "workflows",
        "an unknown property in an expression",
        Edit::Replace(CI, "github.event.before", "github.evnt.before"),
        "evnt",
    )
    .by("actionlint"),
    cheap(
        "workflows",
        "code of a fork with the rights of main",
        Edit::Replace(
            CI,
            "  pull_request:\n",
            "  pull_request:\n  pull_request_target:\n",
        ),
        "dangerous-triggers",
    )
    .by("zizmor"),
    cheap(
        "secrets",
        "a password in a URL",
        Edit::Create(
            "docs/notes.md",
            concat!("postgresql://app:", "Zx81kq92@db.internal:25060/app\n"),
        ),
        "docs/notes.md:1",
    ),
    cheap(
        "secrets",
        "a token",
        Edit::Create(
            "docs/notes.md",
            concat!("token: ghp_", "x7Kq2mB9vRt4LwZ8cYp1NsHd6GfJ3aUe5QoT\n"),
        ),
        "leaks found",
    )
    .by("gitleaks"),
    cheap(
        "migrations",
        "an applied migration edited",
        Edit::Append("migrations/V0001__schema.sql", "-- later\n"),
        "never edited",
    ),
    cheap(
        "migrations",
        "a gap between migrations",
        Edit::Create("migrations/V9999__late.sql", "SELECT 1;\n"),
        "should begin with",
    ),
    cheap(
        "migrations",
        "a table locked for as long as an index takes",
        Edit::NextMigration("SET lock_timeout = '5s';\nCREATE INDEX jobs_by_x ON jobs (created_at);\n"),
        "require-concurrent-index-creation",
    )
    .by("squawk"),
    cheap(
        "migrations",
        "a rule that old rows break",
        Edit::NextMigration(
            "SET lock_timeout = '5s';\n-- squawk-ignore-file\nALTER TABLE bookings ADD CHECK (status <> 'active');\n",
        ),
        "on the database of the release before",
    ),
    cheap(
        "migrations",
        "rows that are lost",
        Edit::NextMigration("-- squawk-ignore-file\nDELETE FROM audit_log;\n"),
        "audit_log had 1 rows and has 0",
    ),
    cheap(
        "migrations",
        "a table that the code before still reads",
        Edit::NextMigration(
            "SET lock_timeout = '5s';\n-- squawk-ignore ban-drop-table\nDROP TABLE jobs CASCADE;\n",
        ),
        "the code before does not run on the new schema",
    )
    .by("squawk")
    .dear(),
    cheap(
        "openapi",
        "a path taken away",
        Edit::Replace("docs/openapi.json", "\"/health/live\"", "\"/health/alive\""),
        "/health/live: the path is gone",
    )
    .dear(),
    cheap(
        "drift",
        "a worker count that the Terraform does not know",
        Edit::Replace(".do/app.staging.yaml", "instance_count: 1", "instance_count: 7"),
        "drift in staging",
    ),
    cheap(
        "infra",
        "unformatted Terraform",
        Edit::Append("infra/modules/app/main.tf", "\nlocals {\n      x   = 1\n}\n"),
        "FAILED   terraform-fmt",
    )
    .by("terraform"),
    cheap(
        "infra",
        "an unknown field of compose.yaml",
        Edit::Append("compose.yaml", "\nservicess: {}\n"),
        "FAILED   compose-schema",
    )
    .by("check-jsonschema"),
    cheap(
        "dependencies",
        "a licence that is not allowed",
        Edit::Replace(".deny.toml", "  \"MIT\",\n", ""),
        "rejected",
    )
    .by("cargo-deny"),
    cheap(
        "clippy",
        "a panic in the domain",
        Edit::Append(
            CORE,
            "\n/// Broken.\npub fn broken(x: Option<u8>) -> u8 {\n    x.unwrap()\n}\n",
        ),
        "unwrap",
    )
    .dear(),
    cheap(
        "docs",
        "a link that leads nowhere",
        Edit::Append(
            CORE,
            "\n/// See [`Nowhere`].\n#[derive(Debug)]\npub struct Broken;\n",
        ),
        "unresolved link",
    )
    .dear(),
    cheap(
        "test",
        "a variable that no code reads",
        Edit::Append(".env.sample", "\nNOBODY_READS_THIS=1\n"),
        "FAIL",
    )
    .by("cargo-nextest")
    .dear(),
    cheap(
        "chaos",
        "a purchase that is sent again after its answer was lost",
        Edit::Replace(
            "crates/core/src/usecase/purchase/mod.rs",
            "if !call.limits.repeat.allows(lost, work.quote_status) {",
            "if call.limits.longest_call.is_zero() {",
        ),
        "the books do not agree",
    )
    .dear(),
    cheap(
        "api-fuzz",
        "problems under another media type",
        Edit::Replace(
            "services/api/src/problem.rs",
            "\"application/problem+json\"",
            "\"application/json\"",
        ),
        "Undocumented Content-Type",
    )
    .by("schemathesis")
    .dear(),
    cheap(
        "image",
        "a base image that does not exist",
        Edit::Replace(
            "infra/containers/Dockerfile",
            "FROM scratch AS base",
            "FROM loadsure/nowhere:none AS base",
        ),
        "nowhere",
    )
    .by("docker")
    .dear(),
    cheap(
        "coverage",
        "a test that fails",
        Edit::Append(".env.sample", "\nNOBODY_READS_THIS=1\n"),
        "FAIL",
    )
    .by("cargo-llvm-cov")
    .dear(),
];
