import * as monaco from 'monaco-editor/editor';
import { configureMonacoYaml, type MonacoYaml, type MonacoYamlOptions } from 'monaco-yaml';
import YamlWorker from 'monaco-yaml/yaml.worker.js?worker';
import type { ClusterSchema } from './cluster-schema.ts';
import { rootSchema } from './root-schema.ts';

/** What Monaco knows of YAML in this page. Monaco takes one of these at a time. */
export interface YamlLanguage {
  /** Files are completed, explained and checked by this from now on. */
  use(schema: ClusterSchema): void;
  dispose(): void;
}

export function yamlLanguage(): YamlLanguage {
  let used: ClusterSchema | undefined;
  // Its own types name a package that it does not bring.
  const yaml = configureMonacoYaml(compatible(), options([])) as MonacoYaml & { dispose(): void };
  return {
    use(schema) {
      if (schema === used) return;
      used = schema;
      void yaml.update(
        options([
          {
            uri: 'inmemory://cluster/kinds.json',
            fileMatch: ['*'],
            schema: rootSchema(schema.kinds, schema.definitions) as object,
          },
        ]),
      );
    },
    dispose: () => yaml.dispose(),
  };
}

const options = (schemas: NonNullable<MonacoYamlOptions['schemas']>): MonacoYamlOptions => ({
  isKubernetes: true,
  enableSchemaRequest: false,
  hoverSchemaSource: false,
  // Kubernetes' own parser takes `yes` and `on` for true.
  yamlVersion: '1.1',
  schemas,
});

interface OldWorkerOptions {
  readonly createData: unknown;
  readonly host?: Record<string, (...parameters: unknown[]) => unknown>;
  readonly keepIdleModels?: boolean;
}

/**
 * Monaco as monaco-yaml knows it. Since 0.53 Monaco is handed a worker where it used to make one from a name and data;
 * the worker answers to the same two messages.
 */
function compatible(): Parameters<typeof configureMonacoYaml>[0] {
  const createWebWorker = (opts: OldWorkerOptions): unknown => {
    const worker = new YamlWorker();
    worker.postMessage('ignore');
    worker.postMessage(opts.createData);
    const { host, keepIdleModels } = opts;
    return monaco.editor.createWebWorker({
      worker,
      ...(host !== undefined && { host }),
      ...(keepIdleModels !== undefined && { keepIdleModels }),
    });
  };
  return { ...monaco, editor: { ...monaco.editor, createWebWorker } } as unknown as Parameters<
    typeof configureMonacoYaml
  >[0];
}
