//! Builds what wasm-bindgen binds: for each module `consentry-<name>.js` with `consentry-<name>.wasm`, and for browsers
//! without WebAssembly the two in one as JavaScript, `consentry-<name>.wasm.js`.

use walrus::{Module, RawCustomSection};
use wasm_bindgen_cli_support::Bindgen;

use crate::build::{DIST, WASM, bundled, minify, optimise};
use crate::{Outcome, javascript, read, root, write};

/// Where the glue finds its wasm and the wasm its glue, before both are joined.
const GLUE: &str = "./glue.js";

/// A module and what its glue gives to whoever imports it.
pub struct Bound {
    pub name: &'static str,
    /// The compiled file, without its ending.
    pub wasm: &'static str,
    pub exports: &'static str,
}

/// All three files.
pub fn build(Bound { name, wasm, exports }: Bound) -> Outcome {
    let path = root().join(format!("{WASM}/{wasm}.wasm"));
    let module = || Module::from_file(&path).map_err(|error| format!("{}: {error:#}", path.display()));
    // The glue is the one for bundlers, which leaves starting the module to its user: that takes two lines
    // here, and some thirty in the one for the web.
    let load = "export async function load(glue, bytes) {
        const { instance } = await WebAssembly.instantiate(bytes, { $: glue });
        __wbg_set_wasm(instance.exports);
        instance.exports.__wbindgen_start();
    }";
    let (bound, plain) = (format!("target/bound/{name}"), format!("target/plain/{name}"));
    write(&format!("{bound}/glue.js"), bind(module()?, "$", &bound, load)?)?;
    optimise(&format!("{bound}/bound_bg.wasm"), &format!("{DIST}/consentry-{name}.wasm"))?;
    minify(&format!("{bound}/glue.js"), &format!("{DIST}/consentry-{name}.js"))?;

    // What wasm-bindgen leaves out of this glue: where the list's own objects end and the lent ones begin.
    let load = "const own = typeof heap == 'undefined' ? 0 : heap.length;
        export const __wbindgen_externref_statics_end = () => own;
        export const start = (exports) => __wbg_set_wasm(exports);";
    let glue = bind(without_reference_types(module()?), GLUE, &plain, load)?;
    write(&format!("{plain}/glue.js"), javascript::fit_glue(&glue)?)?;
    javascript::from_wasm(&format!("{plain}/bound_bg.wasm"), &format!("{plain}/wasm.js"))?;
    let start = format!(
        "import * as wasm from './wasm.js';
        import {{ start }} from './glue.js';
        export {{ {exports} }} from './glue.js';
        export const load = () => start(wasm);"
    );
    write(&format!("{plain}/main.js"), start)?;
    bundled(&format!("{plain}/main.js"), &format!("{DIST}/consentry-{name}.wasm.js"))
}

/// The module as if it had been compiled for browsers that know no reference types: wasm-bindgen goes by
/// what the module says that it uses, and then keeps a list of the objects that it lends.
fn without_reference_types(mut module: Module) -> Module {
    let name = "target_features".to_owned();
    module.customs.remove_raw(&name);
    module.customs.add(RawCustomSection { name, data: vec![0] });
    module
}

/// Makes `bound_bg.wasm` in a folder, which imports from `from`; returns its glue with `load` at the end.
fn bind(module: Module, from: &str, folder: &str, load: &str) -> Outcome<String> {
    let out = root().join(folder);
    let fault = |error| format!("wasm-bindgen: {error:#}");
    let mut output = Bindgen::new()
        .input_module("bound", module)
        .bundler(true)
        .and_then(|bindgen| bindgen.typescript(false).generate_output())
        .map_err(fault)?;
    output.emit(&out).map_err(fault)?;
    let mut glue = read(&format!("{folder}/bound_bg.js"))? + load;
    for (long, short) in shorten_names(output.wasm_mut(), from, &glue) {
        glue = glue.replace(&long, &short);
    }
    output.emit(&out).map_err(fault)?;
    Ok(glue)
}

/// Gives the names between the wasm and its glue two letters: the generated ones carry a hash each, which
/// no compression makes shorter. Exports that the glue does not call go.
fn shorten_names(module: &mut Module, from: &str, glue: &str) -> Vec<(String, String)> {
    let unused: Vec<_> =
        module.exports.iter().filter(|it| !glue.contains(&it.name)).map(|it| it.id()).collect();
    unused.into_iter().for_each(|id| module.exports.delete(id));
    module.imports.iter_mut().for_each(|it| it.module = from.to_owned());
    let imports = module.imports.iter_mut().map(|it| &mut it.name);
    let exports = module.exports.iter_mut().map(|it| &mut it.name);
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
