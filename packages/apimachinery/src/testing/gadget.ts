import type { StructSchema } from '../schema.ts';
import { listOf, mapOf, scalarOf, structOf } from './schema-builder.ts';

/** A kind with every way of merging that Kubernetes' types have, for tests of patches. */
export function gadgetSchema(): StructSchema {
  const string = scalarOf('string');
  const port = structOf('v1.Port', { port: scalarOf('int32'), protocol: scalarOf('string', 'v1.Protocol') });
  const part = structOf('v1.Part', {
    name: string,
    image: string,
    args: listOf(string),
    ports: { schema: listOf(port), patchStrategy: ['merge'], patchMergeKey: 'port' },
    source: structOf('v1.Source', { path: string, size: scalarOf('quantity', 'resource.Quantity') }),
  });
  const spec = structOf('v1.GadgetSpec', {
    replicas: { schema: scalarOf('int32'), pointer: true },
    ratio: scalarOf('float64'),
    paused: scalarOf('bool'),
    selector: mapOf(string),
    parts: { schema: listOf(part), patchStrategy: ['merge'], patchMergeKey: 'name' },
    rules: listOf(port),
    strategy: {
      schema: structOf('v1.Strategy', {
        type: string,
        rolling: structOf('v1.Rolling', { surge: scalarOf('intOrString') }),
      }),
      patchStrategy: ['retainKeys'],
    },
    whole: { schema: mapOf(string), patchStrategy: ['replace'] },
    until: { schema: scalarOf('time', 'v1.Time'), pointer: true },
    raw: scalarOf('any', 'runtime.RawExtension'),
    secret: mapOf(scalarOf('bytes', '[]uint8')),
  });
  const metadata = structOf('v1.ObjectMeta', {
    name: string,
    labels: mapOf(string),
    finalizers: { schema: listOf(string), patchStrategy: ['merge'] },
  });
  return structOf(
    'v1.Gadget',
    { kind: string, apiVersion: string, metadata: { schema: metadata, omitEmpty: false, required: true }, spec },
    { groupVersionKinds: [{ group: 'example.com', version: 'v1', kind: 'Gadget' }] },
  );
}
