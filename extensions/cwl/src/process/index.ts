/**
 * What a document says, over the tree of its text.
 *
 * - `readProcesses(source, files)`: its processes, the one that it stands for first, with whatever their steps run. Cheap to call again
 *   after each edit: views of other files are kept until `files.version` changes.
 * - `Loader`: the other files. `new Loader(uri, read)` is an `ILoaded`; `await loader.load(() => source)` reads what is missing.
 * - `writtenVersion(source)`: `cwlVersion` as it is written, of a draft too.
 *
 * What a view's nodes are: `node` is what an alias or an `$import` stands for, so it may lie in another place (`pathOf(node)`) or in another
 * text (`node.source`) than the thing that names it. `scatter` has ids of step inputs, short, while its `node` has them as written.
 */
export { readProcesses } from './read.js';
export { writtenVersion } from './follow.js';
export { Loader } from './loader.js';
export type { ILoaded } from './files.js';
