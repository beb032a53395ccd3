//! Writes what wasm-bindgen makes of a compiled library: `consentry-<name>.js`, the glue that a page imports,
//! with `consentry-<name>.wasm`; and for browsers without WebAssembly both in one as JavaScript,
//! `consentry-<name>.wasm.js`.

use walrus::{Module, RawCustomSection};
use wasm_bindgen_cli_support::Bindgen;

use super::places::{COMPILED, DIST, TOOLS};
use super::{bundler, wasm_to_javascript};
use crate::workspace::{Outcome, brotli, read, read_bytes, root, write};

/// How the wasm names its glue before both are joined into one file.
const GLUE: &str = "./glue.js";

/// How the wasm names its glue where it stays a file of its own: short, and the glue's `load` says the same.
const GLUE_OF_WASM: &str = "$";

/// What the glue asks values for by name. A page may have made other things of these globals (`MooTools` does), and keeps
/// the prototypes, where the browser's own are found.
const NATIVE_KINDS: &str = "
    const kinds = {};
    for (let kind of [window, document.createElement('input')])
        while ((kind = Object.getPrototypeOf(kind))) kinds[kind.constructor.name] = kind.constructor;
    const { Window, Element, HTMLElement, HTMLInputElement } = kinds;";

/// A compiled library that a page loads as a module.
pub struct BoundModule {
    /// Its name in the names of its files.
    pub name: &'static str,
    /// The compiled file, without its ending.
    pub compiled: &'static str,
    /// What the module exports, beside `load`: names with commas between.
    pub exports: &'static str,
}

/// Writes all three files.
pub fn write_module(BoundModule { name, compiled, exports }: &BoundModule) -> Outcome {
    let path = root().join(format!("{COMPILED}/{compiled}.wasm"));
    let module = || Module::from_file(&path).map_err(|error| format!("{}: {error:#}", path.display()));
    // The glue is the one for bundlers, which leaves starting the module to its user: that takes two lines
    // here, and some thirty in the one for the web.
    let load = "export async function load(glue, bytes) {
        const { instance } = await WebAssembly.instantiate(bytes, { $: glue });
        __wbg_set_wasm(instance.exports);
        instance.exports.__wbindgen_start();
    }";
    let (bound, plain) = (format!("target/bound/{name}"), format!("target/plain/{name}"));
    write(&format!("{bound}/glue.js"), bind(module()?, GLUE_OF_WASM, &bound, load)?)?;
    bundler::optimise_wasm(&format!("{bound}/bound_bg.wasm"), &format!("{DIST}/consentry-{name}.wasm"))?;
    bundler::minify_module(&format!("{bound}/glue.js"), &format!("{DIST}/consentry-{name}.js"))?;

    // What wasm-bindgen leaves out of this glue: where in its list the constants end and the objects begin
    // that it keeps for the wasm.
    let load = "const constants = typeof heap == 'undefined' ? 0 : heap.length;
        export const __wbindgen_externref_statics_end = () => constants;
        export const start = (exports) => __wbg_set_wasm(exports);";
    let glue = bind(without_reference_types(module()?), GLUE, &plain, load)?;
    write(&format!("{plain}/glue.js"), wasm_to_javascript::fit_glue(&glue)?)?;
    wasm_to_javascript::write_module(&format!("{plain}/bound_bg.wasm"), &format!("{plain}/wasm.js"))?;
    let start = format!(
        "import * as wasm from './wasm.js';
        import {{ start }} from './glue.js';
        export {{ {exports} }} from './glue.js';
        export const load = () => start(wasm);"
    );
    write(&format!("{plain}/main.js"), start)?;
    bundler::bundle_module(&format!("{plain}/main.js"), &format!("{DIST}/consentry-{name}.wasm.js"), &[])
}

/// Writes the tools of site owners, which no visitor fetches: `glue.js` and `tools.wasm.br`, which Node unpacks.
pub fn write_tools() -> Outcome {
    let path = root().join(format!("{COMPILED}/consentry_tools.wasm"));
    let fault = |error| format!("wasm-bindgen: {error:#}");
    let between = "target/bound/tools";
    let mut output = Bindgen::new()
        .input_path(&path)
        .web(true)
        .and_then(|bindgen| bindgen.typescript(false).omit_default_module_path(true).generate_output())
        .map_err(fault)?;
    output.emit(root().join(between)).map_err(fault)?;
    let optimised = format!("{between}/tools.wasm");
    bundler::optimise_wasm(&format!("{between}/consentry_tools_bg.wasm"), &optimised)?;
    write(&format!("{TOOLS}/tools.wasm.br"), brotli(&read_bytes(&optimised)?)?)?;
    // Not by the visitors' minifier, which makes arrows of functions that read their `arguments`.
    let to = format!("--outfile={TOOLS}/glue.js");
    bundler::run_esbuild(&[&format!("{between}/consentry_tools.js"), "--minify", &to])
}

/// The module as if it had been compiled for browsers that know no reference types: wasm-bindgen goes by
/// what the module says that it uses, and then keeps the objects that the wasm uses in a list.
fn without_reference_types(mut module: Module) -> Module {
    let name = "target_features".to_owned();
    module.customs.remove_raw(&name);
    module.customs.add(RawCustomSection { name, data: vec![0] });
    module
}

/// Makes `bound_bg.wasm` in a folder, which imports from a module of the name `glue_name`; returns its glue
/// with `load` at the end.
fn bind(module: Module, glue_name: &str, folder: &str, load: &str) -> Outcome<String> {
    let out = root().join(folder);
    let fault = |error| format!("wasm-bindgen: {error:#}");
    let mut output = Bindgen::new()
        .input_module("bound", module)
        .bundler(true)
        .and_then(|bindgen| bindgen.typescript(false).generate_output())
        .map_err(fault)?;
    output.emit(&out).map_err(fault)?;
    let mut glue = read(&format!("{folder}/bound_bg.js"))? + load;
    if glue.contains("instanceof Window") {
        glue += NATIVE_KINDS;
    }
    for (long, short) in shorten_names(output.wasm_mut(), glue_name, &glue) {
        glue = glue.replace(&long, &short);
    }
    output.emit(&out).map_err(fault)?;
    Ok(glue)
}

/// Gives the names between the wasm and its glue two letters: the generated ones carry a hash each, which no
/// compression makes shorter. Deletes the exports that the glue does not call. Returns each name with its
/// short one.
fn shorten_names(module: &mut Module, glue_name: &str, glue: &str) -> Vec<(String, String)> {
    let unused: Vec<_> = module
        .exports
        .iter()
        .filter(|export| !glue.contains(&export.name))
        .map(|export| export.id())
        .collect();
    unused.into_iter().for_each(|id| module.exports.delete(id));
    module.imports.iter_mut().for_each(|import| import.module = glue_name.to_owned());
    let imports = module.imports.iter_mut().map(|import| &mut import.name);
    let exports = module.exports.iter_mut().map(|export| &mut export.name);
    let generated =
        imports.chain(exports).filter(|name| name.starts_with("__wb") || name.starts_with("wasm_bindgen"));
    let digit = |number: u32| char::from_digit(number % 36, 36).unwrap_or('_');
    let numbered = (0u32..).zip(generated);
    let rename = |(number, name): (u32, &mut String)| {
        let short = format!("${}{}", digit(number / 36), digit(number));
        (std::mem::replace(name, short.clone()), short)
    };
    let mut names: Vec<_> = numbered.map(rename).collect();
    names.sort_by_key(|(long, _)| std::cmp::Reverse(long.len())); // no name is replaced inside another
    names
}
