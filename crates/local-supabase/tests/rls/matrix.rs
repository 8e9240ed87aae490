//! What was found, and how it differs from what is expected.

use std::collections::BTreeMap;

use crate::{
    role::{ROLES, Role},
    sheet::Sheet,
};

/// What happened when each cell was tried.
#[derive(Default)]
pub struct Found(BTreeMap<(String, String), BTreeMap<Role, String>>);

impl Found {
    /// Notes one cell.
    pub fn note(&mut self, sheet: &str, line: &str, role: Role, outcome: impl Into<String>) {
        let line = self
            .0
            .entry((sheet.to_owned(), line.to_owned()))
            .or_default();
        let before = line.insert(role, outcome.into());
        assert_eq!(before, None, "tried twice");
    }

    /// How many cells were tried.
    pub fn cells(&self) -> usize {
        self.0.values().map(BTreeMap::len).sum()
    }

    /// Everything that is not as expected, each with what to do.
    pub fn compare(&self, sheets: &BTreeMap<String, Sheet>) -> Vec<String> {
        let mut complaints = Vec::new();
        for ((sheet, line), cells) in &self.0 {
            let Some(expected) = sheets.get(sheet).and_then(|sheet| sheet.lines.get(line)) else {
                complaints.push(format!(
                    "tests/rls/matrix/{sheet}.txt says nothing of this. Add the line, with what should be instead of what is:\n{}",
                    print(line, ROLES.iter().map(|role| cells.get(role).map_or("?", String::as_str)))
                ));
                continue;
            };
            for (role, expected) in ROLES.iter().zip(expected) {
                let found = cells.get(role).map_or("not tried", String::as_str);
                if found != expected {
                    complaints.push(format!(
                        "{sheet}: {line}: {} expected {expected}, found {found}",
                        role.name()
                    ));
                }
            }
        }
        for (name, sheet) in sheets {
            for line in sheet.lines.keys() {
                if !self.0.contains_key(&(name.clone(), line.clone())) {
                    complaints.push(format!(
                        "tests/rls/matrix/{name}.txt: nothing in the database is `{line}`: remove the line"
                    ));
                }
            }
        }
        complaints
    }
}

fn print<'a>(line: &str, cells: impl Iterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.map(|cell| format!("{cell:9}")).collect();
    format!("{line:48} | {}", cells.join(" | "))
        .trim_end()
        .to_owned()
}

#[test]
fn a_cell_that_nobody_expected_and_one_that_nothing_has_are_told() {
    let mut found = Found::default();
    for role in ROLES {
        found.note("wishes", "select", role, "yes");
    }
    let complaints = found.compare(&BTreeMap::new());
    assert!(
        complaints[0].contains("matrix/wishes.txt says nothing"),
        "{complaints:?}"
    );
    let mut sheet = Sheet::default();
    let expected = |cell: &str| ROLES.map(|_| cell.to_owned()).to_vec();
    sheet.lines.insert("select".to_owned(), expected("yes"));
    sheet.lines.insert("delete".to_owned(), expected("none"));
    let sheets = BTreeMap::from([("wishes".to_owned(), sheet)]);
    let complaints = found.compare(&sheets);
    assert_eq!(complaints.len(), 1, "{complaints:?}");
    assert!(complaints[0].contains("`delete`: remove"), "{complaints:?}");
}
