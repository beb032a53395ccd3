//! Files that are written whole or not at all.

use std::fs;

use consentry_sites::{replace_file, replace_files};

use super::{folder, names};

#[test]
fn a_file_is_made_or_replaced_and_nothing_is_left_beside_it() {
    let folder = folder(&[]);
    let path = folder.path().join("a.json");
    for content in ["first", "second and longer", ""] {
        replace_file(&path, content.as_bytes()).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
        assert_eq!(names(&folder), ["a.json"]);
    }
}

#[test]
fn where_it_cannot_be_written_the_old_content_stays() {
    let folder = folder(&[("a.json", "old")]);
    assert!(replace_file(&folder.path().join("missing/a.json"), b"new").is_err());
    let directory = folder.path().join("directory");
    fs::create_dir(&directory).unwrap();
    assert!(replace_file(&directory, b"new").is_err(), "a directory is no file to replace");
    assert_eq!(names(&folder), ["a.json", "directory"]);
    assert_eq!(fs::read_to_string(folder.path().join("a.json")).unwrap(), "old");
}

#[test]
fn of_files_that_belong_together_all_are_replaced_or_none() {
    let folder = folder(&[("a.json", "old"), ("b.json", "old")]);
    let new = |name: &str| (folder.path().join(name), b"new".to_vec());
    let (path, _) = replace_files(&[new("a.json"), new("missing/b.json")]).unwrap_err();
    assert_eq!(path, folder.path().join("missing/b.json"));
    assert_eq!(names(&folder), ["a.json", "b.json"]);
    assert_eq!(fs::read_to_string(folder.path().join("a.json")).unwrap(), "old");
    replace_files(&[new("b.json"), new("a.json")]).unwrap();
    for name in names(&folder) {
        assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), "new");
    }
}

#[cfg(unix)]
#[test]
fn a_file_keeps_its_permissions_and_a_link_stays_one() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = folder(&[("a.json", "old"), ("plain.json", "")]);
    let (path, link) = (folder.path().join("a.json"), folder.path().join("link.json"));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("a.json", &link).unwrap();
    replace_file(&link, b"new").unwrap();
    let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((fs::read_to_string(&path).unwrap().as_str(), mode("a.json")), ("new", 0o640));
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    replace_file(&folder.path().join("new.json"), b"new").unwrap();
    assert_eq!(mode("new.json"), mode("plain.json"), "a new file is made as any other");
}
