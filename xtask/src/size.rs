//! `cargo xtask size`: how many bytes the released page costs a visitor, and how many it may.

mod record;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::fault::{Outcome, Say, said};
use crate::place::Place;
use crate::proc::capture;
use crate::setup;
use crate::test::page;

/// Prints bytes of each file as they are, and compressed as servers send them.
const MEASURE: &str = r"
const zlib = require('node:zlib'), fs = require('node:fs');
const {constants: c} = zlib;
for (const file of process.argv.slice(1)) {
  const raw = fs.readFileSync(file);
  const brotli = zlib.brotliCompressSync(raw, {params: {[c.BROTLI_PARAM_QUALITY]: 11}});
  console.log(raw.length, zlib.gzipSync(raw, {level: 9}).length, brotli.length);
}";

/// Builds the released page and prints its table.
pub fn run(place: &Place) -> Outcome {
    let kit = setup::for_release(place)?;
    page::build(place, &kit, page::LIMIT)?;
    check(place)
}

/// Prints what the page built in `dist` costs; fails when that is more than the record allows.
pub fn check(place: &Place) -> Outcome {
    let rows = measure(&place.repo.join("dist"))?;
    println!("\n{}", format(&rows));
    let record = place.repo.join(record::FILE);
    let text = fs::read_to_string(&record).say(|| format!("cannot read {}", record.display()))?;
    println!("{}", record::compare(&text, first_load(&rows))?);
    Ok(())
}

/// Files that the browser loads when the page stands, or never.
const LATER: [&str; 10] = [
    "doctor.js",
    "icon-192.png",
    "icon-512.png",
    "icon-apple.png",
    "icon-maskable.png",
    "icon-unread.svg",
    "icon.svg",
    "manifest.webmanifest",
    "report.js",
    "worker.js",
];

/// A file and its bytes: raw, gzip, brotli.
type Row = (String, [u64; 3]);

/// What each file of a built page costs.
fn measure(dist: &Path) -> Outcome<Vec<Row>> {
    let mut files = files(dist)?;
    files.sort();
    let mut node = Command::new("node");
    let text = capture(node.args(["-e", MEASURE, "--"]).args(&files)).ok_or_else(|| {
        said("node could not measure the page: see whether `node --version` answers")
    })?;
    let sizes: Vec<[u64; 3]> = text.lines().filter_map(numbers).collect();
    let names = files.iter().map(|file| {
        file.strip_prefix(dist)
            .unwrap_or(file)
            .display()
            .to_string()
    });
    Ok(names.zip(sizes).collect())
}

/// What has to be there before somebody can use the page.
fn first_load(rows: &[Row]) -> [u64; 3] {
    sum(rows
        .iter()
        .filter(|(name, _)| !LATER.contains(&name.as_str())))
}

fn sum<'r>(rows: impl Iterator<Item = &'r Row>) -> [u64; 3] {
    rows.fold([0; 3], |sum, (_, row)| {
        [sum[0] + row[0], sum[1] + row[1], sum[2] + row[2]]
    })
}

/// All files below a folder.
fn files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)
        .say(|| format!("cannot read {}", folder.display()))?
        .flatten()
    {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

fn numbers(line: &str) -> Option<[u64; 3]> {
    let numbers: Vec<u64> = line
        .split(' ')
        .map_while(|word| word.parse().ok())
        .collect();
    numbers.try_into().ok()
}

fn format(rows: &[Row]) -> String {
    let total = first_load(rows);
    let width = rows
        .iter()
        .map(|(name, _)| name.len())
        .max()
        .unwrap_or(0)
        .max("first load".len());
    let line = |name: &str, cells: [String; 3]| {
        format!(
            "  {name:width$}  {:>10}  {:>10}  {:>10}",
            cells[0], cells[1], cells[2]
        )
    };
    let mut lines = vec![line(
        "bytes",
        ["raw".into(), "gzip".into(), "brotli".into()],
    )];
    lines.extend(
        rows.iter()
            .map(|(name, row)| line(name, row.map(|size| size.to_string()))),
    );
    lines.push(line("first load", total.map(|size| size.to_string())));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_first_load_needs_is_added_up() {
        let text = format(&[
            ("a.wasm".into(), [100, 50, 40]),
            ("b.js".into(), [10, 5, 4]),
            ("worker.js".into(), [7, 7, 7]),
        ]);
        let last = text.lines().last().unwrap();
        assert_eq!(
            last.split_whitespace().collect::<Vec<_>>(),
            ["first", "load", "110", "55", "44"]
        );
    }

    #[test]
    fn what_is_no_three_numbers_is_no_row() {
        assert_eq!(numbers("1 2 3"), Some([1, 2, 3]));
        assert_eq!(numbers("1 2"), None);
        assert_eq!(numbers("1 2 x"), None);
    }
}
