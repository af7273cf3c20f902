import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { buildGraph } from '../graph/index.js';
import { Loader, readProcesses } from '../process/index.js';
import type { IProcess, ISink } from '../process/model.js';
import { conformanceDocuments, conformanceFolder } from './conformance.js';
import { sourceOf, view } from './views.js';

const documents = conformanceFolder === null ? [] : conformanceDocuments(conformanceFolder);
if (conformanceFolder === null) {
  console.info('The conformance documents are skipped: CWL_CONFORMANCE does not say where they are.');
}

/** What a view of a valid document must not have. */
function missing({ inputs, outputs, steps }: IProcess): string[] {
  const ports = [...inputs, ...outputs].filter(({ type }) => type.type.kind === 'unknown').map(({ id }) => `type of ${id}`);
  const sinks: Partial<ISink>[] = [...steps.flatMap(step => step.in), ...(outputs as Partial<ISink>[])];
  const links = sinks.flatMap(sink => sink.links ?? []).filter(({ to }) => to.kind === 'unknown').map(({ text }) => `link ${text}`);
  const runs = steps.filter(({ run }) => run.state !== 'here').map(({ id, run }) => `run of ${id}: ${run.why}`);
  return [...ports, ...links, ...runs];
}

(conformanceFolder === null ? describe.skip : describe)('the conformance documents', () => {
  it('that are valid have processes, types, links and runs that are all there, and graphs', async () => {
    const valid = documents.filter(({ mustPass }) => mustPass === true);
    expect(valid.length).toBeGreaterThan(300);
    const wrong: string[] = [];
    for (const { file, name, text } of valid) {
      const uri = pathToFileURL(file).href;
      const source = sourceOf(text, uri);
      const loader = new Loader(uri, async asked => readFileSync(new URL(asked), 'utf8'));
      await loader.load(() => source);
      const processes = readProcesses(source, loader);
      // The set grows while it is gone through.
      const all = new Set(processes);
      for (const process of all) {
        wrong.push(...missing(process).map(what => `${name}: ${what}`));
        process.steps.forEach(({ run }) => run.process && all.add(run.process));
      }
      const { nodes, edges } = buildGraph(processes, { expand: 'all' });
      const ids = [...nodes, ...edges, ...nodes.flatMap(node => [...node.inputs, ...node.outputs])].map(({ id }) => id);
      wrong.push(...(nodes.length === 0 || new Set(ids).size !== ids.length ? [`${name}: graph`] : []));
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  it('are read as something, valid or not, without the files that they use', () => {
    for (const { text } of documents) {
      expect(() => buildGraph(view(text), { expand: 'all' })).not.toThrow();
    }
  }, 120_000);
});
