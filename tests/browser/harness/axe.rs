//! axe-core, which looks for what keeps people from using a page: <https://github.com/dequelabs/axe-core>.

use std::path::PathBuf;
use std::sync::OnceLock;

use serde_json::{Value, json};

use super::skip_without;
use super::visitor::Visitor;

/// Where `.ci/run` puts it.
fn script() -> Option<&'static str> {
    static SCRIPT: OnceLock<Option<String>> = OnceLock::new();
    let read = || {
        let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let path = target
            .parent()?
            .join("axe/axe_playwright_python/axe.min.js");
        std::fs::read_to_string(path).ok()
    };
    SCRIPT.get_or_init(read).as_deref()
}

pub(super) fn is_there() -> bool {
    if script().is_none() {
        skip_without("axe-core");
    }
    script().is_some()
}

impl Visitor {
    /// The serious and critical findings on the page, each with the elements that it is about.
    pub(crate) fn barriers(&self) -> Vec<String> {
        let axe = script().unwrap();
        self.call("Runtime.evaluate", json!({"expression": axe}));
        let findings = self.evaluate(RUN, &[]);
        let findings = findings.as_array().unwrap();
        findings.iter().map(describe).collect()
    }

    /// Fails when there are barriers on the page.
    pub(crate) fn assert_accessible(&self) {
        let barriers = self.barriers();
        assert!(
            barriers.is_empty(),
            "{} ({:?}):\n{}",
            self.path(),
            self.looks,
            barriers.join("\n")
        );
    }
}

/// The rules for WCAG 2.2 A and AA, and good practice beyond it.
const RUN: &str = r"async () => {
    const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const found = await axe.run({runOnly: standards, resultTypes: ['violations']});
    return found.violations.filter(({impact}) => impact === 'serious' || impact === 'critical');
}";

fn describe(finding: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut description = format!(
        "{} {}: {} <{}>",
        text(&finding["impact"]),
        text(&finding["id"]),
        text(&finding["help"]),
        text(&finding["helpUrl"]),
    );
    for node in finding["nodes"].as_array().into_iter().flatten() {
        let summary = text(&node["failureSummary"]).replace('\n', "\n      ");
        description += &format!("\n    {}\n      {summary}", text(&node["html"]));
    }
    description
}
