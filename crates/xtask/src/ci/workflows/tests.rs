use super::*;

/// P64, P67, P69: what the workflows of this repository must keep.
#[test]
fn ours_break_no_rule() {
    assert_eq!(
        violations(&workspace::root().unwrap()).unwrap(),
        Vec::<String>::new()
    );
}

fn parsed(text: &str) -> File {
    File {
        path: "x.yml".to_owned(),
        text: text.to_owned(),
        content: serde_saphyr::from_str(text).unwrap(),
    }
}

const GOOD: &str = "
on: {push: {}}
permissions: {}
concurrency: one
jobs:
  build:
    permissions: {contents: read}
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
        with:
          persist-credentials: false
      - uses: ./.github/actions/setup
      - env:
          KEY: ${{ secrets.KEY }}
        run: login --stdin <<< \"$KEY\"
";

#[test]
fn each_rule_finds_what_it_is_for() {
    let cases = [
        (
            "permissions: {}\n",
            "",
            "x.yml: the top must say `permissions: {}`",
        ),
        ("concurrency: one\n", "", "x.yml: no concurrency group"),
        (
            "    permissions: {contents: read}\n",
            "",
            "x.yml build: no permissions",
        ),
        ("    timeout-minutes: 5\n", "", "x.yml build: no timeout-minutes"),
        (
            "persist-credentials: false",
            "fetch-depth: 0",
            "x.yml build, step 1: persist-credentials is not false",
        ),
        (
            "<<< \"$KEY\"",
            "\"$KEY\"",
            "x.yml build, step 3: the secret KEY on a command line",
        ),
        (
            "<<< \"$KEY\"",
            "${KEY}",
            "x.yml build, step 3: the secret KEY on a command line",
        ),
        ("<<<", "|| true <<<", "x.yml build, step 3: cannot fail"),
        (
            "<<< \"$KEY\"",
            "${{ github.head_ref }}",
            "x.yml build, step 3: an expression inside a script; hand it over by `env`",
        ),
        (
            " # v6.0.2",
            "",
            "x.yml:10: not pinned as `owner/action@<commit> # v<version>`",
        ),
        (
            "de0fac2e4500dabe0009e67214ff5f5447ce83dd",
            "main",
            "x.yml:10: not pinned as `owner/action@<commit> # v<version>`",
        ),
    ];
    let mut found = Vec::new();
    rules::workflow(&parsed(GOOD), &mut found);
    assert_eq!(found, Vec::<String>::new());
    for (before, after, expected) in cases {
        assert!(GOOD.contains(before), "{before}");
        let mut found = Vec::new();
        rules::workflow(&parsed(&GOOD.replace(before, after)), &mut found);
        assert_eq!(found, [expected]);
    }
}

/// P69: each job that ci-ok does not need, or that runs by another condition, is named.
#[test]
fn a_gate_with_a_hole_is_found() {
    let ours = fs::read_to_string(workspace::root().unwrap().join(".github/workflows/ci.yml")).unwrap();
    for job in crate::ci::JOBS {
        let needed = format!("      - {}\n", job.name);
        assert_eq!(ours.matches(&needed).count(), 1, "{}", job.name);
        let mut found = Vec::new();
        gated::check(&parsed(&ours.replace(&needed, "")), &mut found);
        assert_eq!(found, [format!("ci.yml ci-ok: does not need {}", job.name)]);
        let mut found = Vec::new();
        let other = ours.replace(&format!("jobs)['{}']", job.name), "jobs)['none']");
        gated::check(&parsed(&other), &mut found);
        assert_eq!(
            found,
            [format!(
                "ci.yml {}: runs by another condition than the plan",
                job.name
            )]
        );
        let mut found = Vec::new();
        let other = ours.replace(&format!("run: cargo xtask ci {}\n", job.name), "run: echo fine\n");
        gated::check(&parsed(&other), &mut found);
        assert_eq!(
            found,
            [format!("ci.yml {0}: does not run `cargo xtask ci {0}`", job.name)]
        );
    }
    let mut found = Vec::new();
    gated::check(
        &parsed(&ours.replace("if: always()", "if: success()")),
        &mut found,
    );
    assert_eq!(found, ["ci.yml ci-ok: does not always run"]);
}
