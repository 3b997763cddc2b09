import { useEffect, useState } from 'react';
import { useCluster, useKind } from '../world/hooks.ts';
import { apiVersionsIn, type ClusterSchema, type SchemaReader, schemaReader } from './schema/cluster-schema.ts';

/** How long nothing was typed before schemas of what was typed are fetched. */
const PAUSE_MS = 400;

/** What the cluster says of the kinds that a text names; read again as CustomResourceDefinitions come and go. */
export function useClusterSchema(text: string, isReady: boolean): ClusterSchema | undefined {
  const { host } = useCluster();
  const [reader, setReader] = useState<SchemaReader>();
  const [schema, setSchema] = useState<ClusterSchema>();
  const definitions = useKind('CustomResourceDefinition');
  const wanted = apiVersionsIn(text).join(' ');

  useEffect(() => setReader(schemaReader(host)), [host]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of these is what makes the schema old.
  useEffect(() => reader?.refresh(), [reader, definitions]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above.
  useEffect(() => {
    if (!isReady || reader === undefined) return undefined;
    let isOver = false;
    const timer = self.setTimeout(() => {
      // A cluster that does not answer says so where it is asked for something.
      reader.read(wanted.split(' ').filter(Boolean)).then(
        (next) => !isOver && setSchema(next),
        () => undefined,
      );
    }, PAUSE_MS);
    return () => {
      isOver = true;
      self.clearTimeout(timer);
    };
  }, [reader, wanted, isReady, definitions]);
  return schema;
}
