//! The files of `matrix/`: some settings, then one line for each thing that can be tried.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;

use crate::role::ROLES;

/// One file.
#[derive(Debug, Default, PartialEq)]
pub struct Sheet {
    /// What to try with: the owner's row, a row to insert, values to write.
    pub settings: BTreeMap<String, Value>,
    /// What is expected of each role, in the order of [`ROLES`].
    pub lines: BTreeMap<String, Vec<String>>,
}

/// Reads all files, by their names.
pub fn read_all() -> BTreeMap<String, Sheet> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rls/matrix");
    let mut sheets = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let sheet = read(&fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        sheets.insert(name, sheet);
    }
    sheets
}

fn read(text: &str) -> Result<Sheet, String> {
    let mut sheet = Sheet::default();
    for (number, line) in text.lines().enumerate() {
        let place = |what: &str| format!("line {}: {what}", number + 1);
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some((what, cells)) = line.split_once('|') {
            let what = what.trim().to_owned();
            let cells: Vec<String> = cells
                .split('|')
                .map(|cell| cell.trim().to_owned())
                .collect();
            if what.is_empty() {
                if cells != ROLES.map(|role| role.name().to_owned()) {
                    return Err(place("the columns are not the roles in their order"));
                }
            } else if cells.len() != ROLES.len() || cells.iter().any(String::is_empty) {
                return Err(place("a cell for each role is wanted"));
            } else if sheet.lines.insert(what, cells).is_some() {
                return Err(place("this was said before"));
            }
        } else {
            let (name, value) = line
                .split_once(": ")
                .ok_or_else(|| place("neither `name: JSON` nor cells between bars"))?;
            let value = serde_json::from_str(value).map_err(|error| place(&error.to_string()))?;
            sheet.settings.insert(name.to_owned(), value);
        }
    }
    Ok(sheet)
}

#[test]
fn a_sheet_is_read_line_by_line_and_mistakes_are_told_by_number() {
    let roles = "  | anonymous | owner | recipient | host | member | service";
    let sheet = read(&format!(
        "# Notes.\nrow: {{\"id\": 1}}\n{roles}\nupdate body | denied | yes | none | none | none | yes"
    ))
    .unwrap();
    assert_eq!(sheet.settings["row"], serde_json::json!({"id": 1}));
    assert_eq!(sheet.lines["update body"][1], "yes");
    for (wrong, words) in [
        ("select | yes", "line 1: a cell for each role"),
        ("\nrow {}", "line 2: neither"),
        (
            " | owner | anonymous | recipient | host | member | service",
            "line 1: the columns",
        ),
        (
            "a|1|2|3|4|5|6\na|1|2|3|4|5|6",
            "line 2: this was said before",
        ),
    ] {
        assert!(read(wrong).unwrap_err().starts_with(words), "{wrong}");
    }
}
