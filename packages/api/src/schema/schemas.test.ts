import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generatedFiles } from '../../scripts/generated-files.mjs';
import { allSchemaNames, schemaOf, schemaOfKind } from './schemas.ts';

describe('generated files', () => {
  it('SCH-1 are what the scripts produce from the facts', () => {
    for (const [path, text] of generatedFiles()) expect(readFileSync(path, 'utf8') === text, path).toBe(true);
  });
});

describe('schemaOf', () => {
  it('SCH-2 flattens embedded structs and keeps the order in which Go prints', () => {
    const pod = schemaOf('io.k8s.api.core.v1.Pod');
    expect(pod.goType).toBe('v1.Pod');
    expect(pod.fields.map((f) => f.name)).toEqual(['kind', 'apiVersion', 'metadata', 'spec', 'status']);
    expect(
      schemaOf('io.k8s.api.core.v1.Volume')
        .fields.slice(0, 3)
        .map((f) => f.name),
    ).toEqual(['name', 'hostPath', 'emptyDir']);
    expect(schemaOf('io.k8s.api.core.v1.Probe').byName.get('httpGet')).toMatchObject({
      goName: 'HTTPGet',
      pointer: true,
    });
  });

  it('SCH-3 knows Go types, patch tags, list types, keys and defaults', () => {
    const container = schemaOf('io.k8s.api.core.v1.Container');
    expect(container.byName.get('ports')).toMatchObject({
      patchStrategy: ['merge'],
      patchMergeKey: 'containerPort',
      schema: {
        kind: 'list',
        listType: 'map',
        mapKeys: [{ name: 'containerPort' }, { name: 'protocol', default: 'TCP' }],
        goType: '[]v1.ContainerPort',
      },
    });
    expect(container.byName.get('resources')).toMatchObject({ omitEmpty: false, pointer: false, default: {} });
    expect(container.byName.get('imagePullPolicy')).toMatchObject({
      schema: { kind: 'string', goType: 'v1.PullPolicy' },
      enum: ['Always', 'IfNotPresent', 'Never'],
    });
    const limits = schemaOf('io.k8s.api.core.v1.ResourceRequirements').byName.get('limits');
    expect(limits?.schema).toMatchObject({ kind: 'map', goType: 'v1.ResourceList', values: { kind: 'quantity' } });
    const meta = schemaOf('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta');
    expect(meta.byName.get('creationTimestamp')).toMatchObject({ omitEmpty: false, pointer: false });
    expect(meta.byName.get('deletionTimestamp')).toMatchObject({ omitEmpty: true, pointer: true });
    expect(schemaOf('io.k8s.api.core.v1.PersistentVolumeSpec').byName.get('claimRef')?.schema).toMatchObject({
      structType: 'granular',
    });
    expect(schemaOf('io.k8s.api.core.v1.ObjectReference').structType).toBe('atomic');
  });

  it('SCH-4 links every type once', () => {
    for (const name of allSchemaNames()) {
      const type = schemaOf(name);
      expect(type.byName.size).toBe(type.fields.length);
      expect(schemaOf(name)).toBe(type);
    }
    expect(schemaOf('io.k8s.api.apps.v1.DeploymentSpec').byName.get('template')?.schema).toBe(
      schemaOf('io.k8s.api.core.v1.PodTemplateSpec'),
    );
    expect(() => schemaOf('io.k8s.Nothing')).toThrow('no built-in type io.k8s.Nothing');
  });

  it('SCH-5 finds kinds and their lists', () => {
    expect(schemaOfKind({ group: 'apps', version: 'v1', kind: 'DeploymentList' })?.openapi).toBe(
      'io.k8s.api.apps.v1.DeploymentList',
    );
    expect(schemaOfKind({ group: '', version: 'v1', kind: 'Pod' })).toBe(schemaOf('io.k8s.api.core.v1.Pod'));
    expect(schemaOfKind({ group: '', version: 'v1', kind: 'Nothing' })).toBeUndefined();
  });
});
