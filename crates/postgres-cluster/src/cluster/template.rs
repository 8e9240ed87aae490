//! A fresh cluster kept for copying: `initdb` takes seconds of work, a copy of what it made a tenth.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{Options, create::create, remove};
use crate::{
    Binaries, Error,
    error::Context,
    folder::{Folder, substitute},
};

/// Systems clear their temporary folders file by file, after ten days or more: nothing that old is copied.
const KEPT: Duration = Duration::from_secs(5 * 24 * 3600);

/// Raised with every change of how [`create`] makes a cluster.
const RECIPE: u32 = 1;

/// Creates a cluster as [`create`] does, from the template of its kind. Without one it leaves one behind.
pub(super) fn create_by_template(
    folder: &Folder,
    binaries: &Binaries,
    options: &Options,
) -> Result<(), Error> {
    let owner = fs::metadata(&folder.path)
        .context("look at", &folder.path)?
        .uid();
    let template = place(binaries, options, owner);
    let whole = folder.cluster();
    let half = folder.path.join("cluster.new");
    if is_fit(&template, owner) {
        let copied = copy(folder, &template, &half).and_then(|()| fs::rename(&half, &whole));
        // Somebody may have replaced the template meanwhile: then the long way.
        if copied.is_ok() {
            return Ok(());
        }
    }
    create(folder, binaries, options)?;
    let name = folder.path.file_name().unwrap_or_default();
    let new = template.with_extension(name);
    remove(&new)?;
    // Without a template the next cluster takes longer, and nothing else.
    let kept = copy(folder, &whole, &new).and_then(|()| replace(&template, &new, owner));
    if kept.is_err() {
        remove(&new)?;
    }
    Ok(())
}

/// Where the template of this kind of cluster is: its data depends on all that is named here.
fn place(binaries: &Binaries, options: &Options, owner: u32) -> PathBuf {
    let kind = format!(
        "{RECIPE} {} {} {owner} {} {}",
        binaries.bin.display(),
        binaries.version,
        options.superuser,
        options.password,
    );
    substitute("template", Path::new(&kind))
}

/// Whether it is whole, new enough, and nobody's but the `owner`'s, who is to use it.
fn is_fit(template: &Path, owner: u32) -> bool {
    let made = fs::metadata(template.join("PG_VERSION"))
        .and_then(|file| file.modified())
        .ok()
        .and_then(|time| time.elapsed().ok());
    let private = fs::symlink_metadata(template)
        .is_ok_and(|folder| folder.is_dir() && folder.uid() == owner && folder.mode() & 0o077 == 0);
    private && made.is_some_and(|age| age < KEPT)
}

/// Copies as the account that the files belong to, with their permissions.
fn copy(folder: &Folder, from: &Path, to: &Path) -> io::Result<()> {
    let mut cp = folder.account.command(Path::new("cp"));
    let output = cp.arg("-Rp").args([from, to]).current_dir("/").output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(io::Error::other(said))
}

/// Puts the new template in its place, where no other is that will do as well.
fn replace(template: &Path, new: &Path, owner: u32) -> io::Result<()> {
    if template.exists() && !is_fit(template, owner) {
        let mut old = new.as_os_str().to_owned();
        old.push("-old");
        fs::rename(template, &old)?;
        fs::remove_dir_all(&old)?;
    }
    fs::rename(new, template)
}
