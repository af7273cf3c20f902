// The library that gives a second opinion can read files and hosts, which it has no reason to do here: it is given whole documents.
module.exports = { resolve: { alias: { fs: false, 'node-fetch': false } } };
