//! Which version the program says that it is, and of which commit.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{Place, furl, workspace};

/// The build script, which finds the commit.
#[path = "../../build.rs"]
#[expect(dead_code, reason = "what it prints is for cargo")]
mod build;

/// What git says in a folder, if it can tell.
fn git(folder: &str, arguments: &[&str]) -> Option<String> {
    let mut git = Command::new("git");
    git.args(["-C", folder, "-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]);
    let output = git.args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap().trim().to_owned())
}

/// The version is the package's; of a program that is built in a checkout, the commit and its day
/// follow.
#[test]
fn the_version_names_the_commit() {
    let version = concat!("furl ", env!("CARGO_PKG_VERSION"));
    let told = furl(&["--version"]).ok();
    let commit = git(&workspace("."), &["--no-optional-locks", "log", "-1", "--format=%H %cs"]);
    // A copy inside somebody else's repository is no checkout, and a commit that was given has no
    // day.
    let is_checkout = Path::new(&workspace(".git")).exists() && option_env!("FURL_COMMIT").is_none();
    match commit.filter(|_| is_checkout) {
        Some(commit) => {
            let (hash, date) = commit.split_once(' ').unwrap();
            assert_eq!(told.replace("-dirty", ""), format!("{version} ({} {date})\n", &hash[..7]));
            // The manual does not change with every commit.
            assert!(!furl(&["man"]).ok().contains(&hash[..7]));
        }
        None => assert!(told.starts_with(version), "{told}"),
    }
}

/// The sources have a commit if they are the whole of a repository, and not if they are a part of
/// another one.
#[test]
fn a_copy_in_another_repository_has_no_commit() {
    let place = Place::new();
    for folder in ["cli", "ledger", "docs"] {
        fs::create_dir_all(place.path().join("outer/copy").join(folder)).unwrap();
    }
    let (outer, copy) = (place.at("outer"), place.at("outer/copy"));
    for name in ["cli/build.rs", "ledger/lib.rs", "docs/status.md"] {
        place.put(&format!("outer/copy/{name}"), name);
    }
    let commit = || build::of_the_checkout(Path::new(&copy));
    assert_eq!(commit(), None);
    let committed = |folder: &str| {
        git(folder, &["init", "--quiet"]).expect("git is there");
        git(folder, &["add", "--all"]).unwrap();
        git(folder, &["commit", "--quiet", "--message", "All"]).unwrap();
    };
    committed(&outer);
    assert_eq!(commit(), None);
    committed(&copy);
    let (hash, date) = commit().expect("it is a checkout");
    let told = git(&copy, &["log", "-1", "--format=%H %cs"]).unwrap();
    assert_eq!(format!("{hash} {date}"), told);
    place.put("outer/copy/docs/status.md", "nothing that is compiled");
    assert_eq!(commit(), Some((hash.clone(), date.clone())));
    place.put("outer/copy/ledger/lib.rs", "changed");
    assert_eq!(commit(), Some((format!("{hash}-dirty"), date)));
}
