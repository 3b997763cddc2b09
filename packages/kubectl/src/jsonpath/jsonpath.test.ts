import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compileJsonPath } from './evaluate.ts';

interface Recorded {
  readonly group: string;
  readonly args: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
}

const lines = readFileSync(new URL('../../testdata/output-expressions.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as unknown);
const { objects } = lines[0] as { readonly objects: readonly Record<string, unknown>[] };
const recorded = lines.slice(1) as readonly Recorded[];
const configMaps = objects.filter(({ kind }) => kind === 'ConfigMap');
const list = { apiVersion: 'v1', items: configMaps, kind: 'List', metadata: { resourceVersion: '' } };
const service = {
  ...objects.find(({ kind }) => kind === 'Service'),
  spec: {
    clusterIP: 'None',
    selector: { app: 'web' },
    ports: [
      { name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 },
      { name: 'dns', port: 53, protocol: 'UDP', targetPort: 'dns' },
    ],
  },
  status: { loadBalancer: {} },
};

/** What the engine says for `-o FORMAT=TEMPLATE`, without the frame that the printer puts around errors. */
function outcome(format: string, template: string, data: unknown): string {
  try {
    const path = compileJsonPath(template);
    return format === 'jsonpath-as-json' ? path.printJson(data) : path.print(data);
  } catch (error) {
    return `refused: ${error instanceof Error ? error.message : ''}`;
  }
}

function wanted({ stdout, stderr }: Recorded, template: string): string {
  if (stderr === '') return stdout;
  const parse = `error: error parsing jsonpath ${template}, `;
  if (stderr.startsWith(parse)) return `refused: ${stderr.slice(parse.length).trimEnd()}`;
  return `refused: ${/Error executing template: (.*?)\. Printing more information/s.exec(stderr)?.[1]}`;
}

describe('KCT-1 JSONPath as kubectl evaluates it', () => {
  const cases = recorded.filter(
    // Objects that were printed whole have fields that only a server gives them.
    ({ group, stdout }) => group.startsWith('jsonpath') && !stdout.includes('creationTimestamp'),
  );
  for (const line of cases) {
    const [format = '', ...rest] = (line.args.at(-1) ?? '').split('=');
    const template = rest.join('=');
    const data = line.group === 'jsonpath-one' ? service : list;
    test(`KCT-1 ${format}=${template}`, () => {
      expect(outcome(format, template, data)).toBe(wanted(line, template));
    });
  }
});
