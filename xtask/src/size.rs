//! `cargo xtask size`: how many bytes the released page costs a visitor.

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
    println!("\n{}", table(&place.repo.join("dist"))?);
    Ok(())
}

/// The table for a folder with a built page.
pub fn table(dist: &Path) -> Outcome<String> {
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
    Ok(format(&names.zip(sizes).collect::<Vec<_>>()))
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

fn format(rows: &[(String, [u64; 3])]) -> String {
    let total = rows.iter().fold([0; 3], |sum, (_, row)| {
        [sum[0] + row[0], sum[1] + row[1], sum[2] + row[2]]
    });
    let width = rows
        .iter()
        .map(|(name, _)| name.len())
        .max()
        .unwrap_or(0)
        .max("together".len());
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
    lines.push(line("together", total.map(|size| size.to_string())));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_added_up() {
        let text = format(&[
            ("a.wasm".into(), [100, 50, 40]),
            ("b.js".into(), [10, 5, 4]),
        ]);
        let last = text.lines().last().unwrap();
        assert_eq!(
            last.split_whitespace().collect::<Vec<_>>(),
            ["together", "110", "55", "44"]
        );
    }

    #[test]
    fn what_is_no_three_numbers_is_no_row() {
        assert_eq!(numbers("1 2 3"), Some([1, 2, 3]));
        assert_eq!(numbers("1 2"), None);
        assert_eq!(numbers("1 2 x"), None);
    }
}
