// The arrows of docs/architecture.md: who may import whom. Everything not allowed here is forbidden.
export const ARROWS = {
  base: [],
  apimachinery: ['base'],
  api: ['base', 'apimachinery'],
  storage: ['base'],
  apiserver: ['base', 'apimachinery', 'api', 'storage'],
  client: ['base', 'apimachinery', 'api'],
  controllers: ['base', 'apimachinery', 'api', 'client'],
  scheduler: ['base', 'apimachinery', 'api', 'client'],
  'node-api': ['base', 'apimachinery', 'api'],
  'runtime-sim': ['base', 'apimachinery', 'api', 'node-api'],
  'network-sim': ['base', 'apimachinery', 'api', 'node-api'],
  kubelet: ['base', 'apimachinery', 'api', 'client', 'node-api'],
  'kube-proxy': ['base', 'apimachinery', 'api', 'client', 'node-api'],
  kubectl: ['base', 'apimachinery', 'api', 'client', 'node-api'],
  cluster: [
    'base',
    'apimachinery',
    'api',
    'storage',
    'apiserver',
    'client',
    'controllers',
    'scheduler',
    'node-api',
    'runtime-sim',
    'network-sim',
    'kubelet',
    'kube-proxy',
    'kubectl',
  ],
  worker: ['base', 'apimachinery', 'api', 'client', 'node-api', 'cluster'],
  ui: ['base', 'apimachinery', 'api', 'client', 'worker'],
  tabernetes: ['base', 'apimachinery', 'api', 'storage', 'client', 'node-api', 'kubectl', 'cluster', 'worker', 'ui'],
};
const room = (name) => `^packages/${name}/`;
const tests = '\\.test\\.ts$|/testing/|/bench/';

/** @type {import('dependency-cruiser').IConfiguration} */
// biome-ignore lint/style/noDefaultExport: dependency-cruiser reads the default export.
export default {
  forbidden: [
    ...Object.entries(ARROWS).map(([from, allowed]) => ({
      name: `arrows-of-${from}`,
      severity: 'error',
      comment: `packages/${from} may import only ${allowed.join(', ') || 'nothing of ours'}`,
      from: { path: room(from), pathNot: tests },
      to: { path: '^packages/', pathNot: [from, ...allowed].map(room) },
    })),
    {
      name: 'tests-of-the-lower-rooms',
      severity: 'error',
      comment:
        'Below client, tests keep to the arrows too; from client upwards they may use apiserver/testing and storage.',
      from: { path: '^packages/(base|apimachinery|storage|api)/.*(\\.test\\.ts$|/testing/)' },
      to: { path: '^packages/(apiserver|client|controllers|scheduler|kubelet|cluster|worker|tabernetes)/' },
    },
    {
      name: 'no-cycles-between-files',
      severity: 'error',
      // A process and the world it lives in, a file and its tree: they name each other's types, which the parser does
      // not tell from imports of code.
      from: { path: '^packages/', pathNot: '^packages/runtime-sim/src/(process|file-system|shell)/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'node-only-where-named',
      severity: 'error',
      comment: 'A browser is our production: Node modules belong to tabernetes/src/node, scripts, tests and benches.',
      from: { path: '^packages/[^/]+/src/', pathNot: `/node/|${tests}` },
      to: { dependencyTypes: ['core'] },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '\\.md$' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Components: the checker's parser does not read JSX, scripts/component-arrows.mjs does.
    exclude: { path: '(^|/)dist/|cloudflare:|\\.tsx$' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
};
