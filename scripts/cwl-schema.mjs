// Makes `extensions/cwl/src/schema/tables.ts` from the published Salad schemas of CWL: `node scripts/cwl-schema.mjs FOLDER`.
// FOLDER has one folder for each version (v1.0, v1.1, v1.2), as the Python package `cwltool` has in `cwltool/schemas`.
// Takes names and types only: which record has which fields, of which type, in which versions.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const { load } = createRequire(join(here, '../extensions/cwl/package.json'))('js-yaml');

const VERSIONS = ['1.0', '1.1', '1.2'];
/** What is no record and no enum to those who check: they know it by name. */
const BUILT_IN = ['Any', 'Expression', 'PrimitiveType', 'CWLType', 'stdin', 'stdout', 'stderr'];
const PRIMITIVES = ['null', 'boolean', 'int', 'long', 'float', 'double', 'string'];

const list = value => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]);
/** `cwl:File`, `#Process` and `https://w3id.org/cwl/cwl#stdin` without what is before the name. */
const plain = name => name.replace(/^.*[#:]/, '');

/** Every named thing of one version. */
const readSchema = folder => {
  const named = new Map();
  const read = file => {
    const value = load(readFileSync(file, 'utf8'));
    for (const item of value.$graph ?? list(value)) {
      if (item.$import) {
        read(join(dirname(file), item.$import));
      } else if (item.type === 'record' || item.type === 'enum') {
        named.set(plain(item.name), item);
      }
    }
  };
  read(join(folder, 'CommonWorkflowLanguage.yml'));
  return named;
};

const ownFields = record =>
  Array.isArray(record.fields)
    ? record.fields
    : Object.entries(record.fields ?? {}).map(([name, field]) => ({ name, ...(typeof field === 'object' && !Array.isArray(field) ? field : { type: field }) }));

const writeUnion = types => {
  const flat = [...new Set(types.flatMap(type => type.split('|')))];
  const rest = flat.filter(type => type !== 'null');
  return [...rest, ...(flat.length > rest.length ? ['null'] : [])].join('|');
};

/** `(string|Dirent)[]|null`, with `specialize` carried out on the names. */
const writeType = (type, special) => {
  if (Array.isArray(type)) {
    // Only the outermost level is split; a union within an array is in parentheses.
    const parts = type.map(item => writeType(item, special));
    const arrays = parts.filter(part => part.includes('('));
    return arrays.length ? [...parts.filter(part => !part.includes('(')).flatMap(part => part.split('|')), ...arrays].filter(unique).sort(nullLast).join('|') : writeUnion(parts);
  }
  if (typeof type === 'object') {
    if (type.type === 'enum') {
      return list(type.symbols).map(symbol => `=${plain(symbol)}`).join('|');
    }
    const items = writeType(type.items, special);
    return items.includes('|') ? `(${items})[]` : `${items}[]`;
  }
  if (type.endsWith('?')) {
    return `${writeType(type.slice(0, -1), special)}|null`;
  }
  if (type.endsWith('[]')) {
    return `${writeType(type.slice(0, -2), special)}[]`;
  }
  const name = plain(type);
  return special(name);
};

const unique = (item, index, all) => all.indexOf(item) === index;
const nullLast = (a, b) => Number(a === 'null') - Number(b === 'null');

/** Fields of a record with those of all it extends: name to how it is written. */
const flatten = (named, name) => {
  const collect = (record, special) => {
    const own = new Map(list(record.specialize).map(({ specializeFrom, specializeTo }) => [plain(specializeFrom), plain(specializeTo)]));
    const mine = type => special(own.get(type) ?? type);
    const fields = new Map();
    for (const parent of list(record.extends)) {
      for (const [key, field] of collect(named.get(plain(parent)), mine)) {
        fields.set(key, field);
      }
    }
    for (const field of ownFields(record)) {
      const predicate = typeof field.jsonldPredicate === 'object' ? field.jsonldPredicate : { _id: field.jsonldPredicate };
      const isClass = predicate._id === '@type';
      const type = isClass ? `=${name}` : writeType(field.type, mine);
      const marks = [
        ...(predicate.mapSubject ? [`{${plain(predicate.mapSubject)}${predicate.mapPredicate ? ` ${predicate.mapPredicate}` : ''}}`] : []),
        ...(predicate.typeDSL ? ['~type'] : []),
        ...(predicate.secondaryFilesDSL ? ['~files'] : [])
      ];
      // What has a default may be left out.
      const optional = field.default !== undefined && !type.split('|').includes('null');
      fields.set(field.name, [type, ...marks, ...(optional ? ['?'] : [])].join(' '));
    }
    return fields;
  };
  return collect(named.get(name), type => type);
};

const namesIn = text => text.replace(/\{[^}]*\}|~\w+|=[\w.-]+/g, '').match(/[A-Za-z]\w*/g) ?? [];

/** Records, enums and groups that a document of one version can hold. */
const tableOf = folder => {
  const named = readSchema(folder);
  // What extends an abstract record takes its place; what extends that one in turn does not, as the Salad tools have it.
  const concrete = parent =>
    [...named].filter(([, item]) => list(item.extends).some(one => plain(one) === parent)).flatMap(([name, item]) => (item.abstract ? concrete(name) : [name]));
  const table = { records: new Map(), enums: new Map(), groups: new Map() };
  const reach = name => {
    if (PRIMITIVES.includes(name) || BUILT_IN.includes(name) || table.records.has(name) || table.enums.has(name) || table.groups.has(name)) {
      return;
    }
    const item = named.get(name);
    if (item.abstract) {
      table.groups.set(name, concrete(name));
      table.groups.get(name).forEach(reach);
      return;
    }
    if (item.type === 'enum') {
      table.enums.set(name, list(item.symbols).map(plain));
      return;
    }
    const fields = flatten(named, name);
    table.records.set(name, fields);
    [...fields.values()].flatMap(namesIn).forEach(reach);
  };
  ['Process', 'File', 'Directory'].forEach(reach);
  return table;
};

/** ` 1.1+`, ` 1.0`, ` 1.0-1.1`; nothing for all of `all`. */
const rangeOf = (versions, all = VERSIONS) => {
  if (versions.length === all.length) {
    return '';
  }
  const [first, last] = [versions[0], versions.at(-1)];
  return ` @${last === VERSIONS.at(-1) ? `${first}+` : first === last ? first : `${first}-${last}`}`;
};

/** What can be a type comes again and again: `CommandInputType`. */
const PARAMETER_TYPE = /CWLType\|((?:std\w+\|)*)((?:Command)?(?:Input|Output))RecordSchema\|\2EnumSchema\|\2ArraySchema\|string/g;
const aliases = new Map();
const shorten = written =>
  written.replace(PARAMETER_TYPE, (all, streams, family) => {
    aliases.set(`${family}Type`, all.replace(streams, ''));
    return `${streams}${family}Type`;
  });

/** One text for each thing that is the same in several versions. */
const variants = (versions, textOf) => {
  const found = new Map();
  for (const version of versions) {
    const text = textOf(version);
    if (text !== undefined) {
      found.set(text, [...(found.get(text) ?? []), version]);
    }
  }
  return [...found].map(([text, of]) => text + rangeOf(of));
};

const merge = tables => {
  const keys = kind => VERSIONS.toReversed().flatMap(version => [...tables[version][kind].keys()]).filter(unique).sort();
  const having = (kind, name) => VERSIONS.filter(version => tables[version][kind].has(name));
  const merged = { records: {}, enums: {}, groups: {} };
  for (const name of keys('records')) {
    const versions = having('records', name);
    const fields = versions.toReversed().flatMap(version => [...tables[version].records.get(name).keys()]).filter(unique);
    const lines = fields.flatMap(field =>
      variants(versions, version => {
        const written = tables[version].records.get(name).get(field);
        return written && `${field}: ${shorten(written)}`;
      })
    );
    const range = rangeOf(versions);
    merged.records[name] = range ? [range.trim(), ...lines.map(line => line.replace(range, ''))] : lines;
  }
  for (const kind of ['enums', 'groups']) {
    for (const name of keys(kind)) {
      const members = having(kind, name).toReversed().flatMap(version => tables[version][kind].get(name)).filter(unique);
      merged[kind][name] = members.flatMap(member => variants(VERSIONS, version => (tables[version][kind].get(name)?.includes(member) ? member : undefined)));
    }
  }
  return merged;
};

/** A text of several lines in single quotes, none longer than the lint allows. */
const quoted = parts => {
  const lines = [''];
  for (const part of parts) {
    const piece = lines.at(-1) ? `; ${part}` : part;
    if (lines.at(-1).length + piece.length > 120) {
      lines[lines.length - 1] += '; ';
      lines.push(part);
    } else {
      lines[lines.length - 1] += piece;
    }
  }
  return lines.map(line => `'${line}'`).join(' +\n    ');
};

const object = entries => `{\n${Object.entries(entries).map(([name, parts]) => `  ${name}:\n    ${quoted(parts)}`).join(',\n')}\n}`;

const write = merged => `// Made by scripts/cwl-schema.mjs from the published Salad schemas of CWL v1.0, v1.1 and v1.2
// (Apache-2.0, https://www.commonwl.org). Names and types only. Do not edit: make it anew.
type Table = Readonly<Record<string, string>>;

/**
 * Fields of each record, those of what it extends among them: \`name: type marks @versions\`; \`@versions\` alone is of the record. \`=x\` is
 * the word itself; \`{id source}\` says that a list may be written as a map by \`id\`, with \`source\` alone as the value; \`~type\` and
 * \`~files\` are the short forms of types and secondary files; \`?\` says that it has a default.
 */
export const RECORDS: Table = ${object(merged.records)};

/** Short for what stands in many types. */
export const ALIASES: Table = ${object(Object.fromEntries([...aliases].sort().map(([name, text]) => [name, [text]])))};

export const ENUMS: Table = ${object(merged.enums)};

/** Records that take the place of an abstract one. */
export const GROUPS: Table = ${object(merged.groups)};
`;

const folder = process.argv[2];
if (!folder) {
  console.error('Usage: node scripts/cwl-schema.mjs FOLDER, where FOLDER has v1.0, v1.1 and v1.2 as the package cwltool has them in cwltool/schemas.');
  process.exit(2);
}
const tables = Object.fromEntries(VERSIONS.map(version => [version, tableOf(join(resolve(folder), `v${version}`))]));
const target = join(here, '../extensions/cwl/src/schema/tables.ts');
writeFileSync(target, write(merge(tables)));
console.log(`${target} written`);
