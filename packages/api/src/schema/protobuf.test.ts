import { decodeBody, encodeProtobuf, encodeProtobufFrame, type KubeObject } from '@tabernetes/apimachinery';
import { describe, expect, it } from 'vitest';
import vectors from '../../testdata/schema/kubectl-protobuf.json' with { type: 'json' };
import { protobufTable } from './protobuf.ts';

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
const hex = (bytes: Uint8Array | undefined): string =>
  Array.from(bytes ?? [], (byte) => byte.toString(16).padStart(2, '0')).join(' ');
const decode = (bytes: Uint8Array): unknown =>
  decodeBody(bytes, 'application/vnd.kubernetes.protobuf', protobufTable).value;

describe('encodeProtobuf', () => {
  for (const { command, base64 } of vectors) {
    it(`PRO-4 writes the bytes that Go writes: ${command}`, () => {
      const bytes = bytesOf(base64);
      expect(hex(encodeProtobuf(decode(bytes), protobufTable))).toBe(hex(bytes));
    });
  }

  it('PRO-4 keeps what only untyped and variant fields hold', () => {
    const crd = {
      kind: 'CustomResourceDefinition',
      apiVersion: 'apiextensions.k8s.io/v1',
      metadata: {
        name: 'widgets.example.com',
        creationTimestamp: '2024-02-29T23:59:59Z',
        managedFields: [{ manager: 'm', operation: 'Update', fieldsV1: { 'f:spec': { 'f:group': {} } } }],
      },
      spec: {
        group: 'example.com',
        names: { plural: 'widgets', kind: 'Widget' },
        scope: 'Namespaced',
        versions: [
          {
            name: 'v1',
            served: true,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                default: { a: [1, 'x', null] },
                properties: {
                  loose: { additionalProperties: true },
                  none: { additionalProperties: false },
                  typed: { additionalProperties: { type: 'string', enum: ['"', 5] } },
                  list: { items: { type: 'number', minimum: 0, maximum: 1.5 } },
                },
              },
            },
          },
        ],
      },
      status: {},
    };
    const decoded = decode(encodeProtobuf(crd, protobufTable) as Uint8Array) as typeof crd;
    expect(decoded.spec).toEqual({ ...crd.spec, names: { ...crd.spec.names } });
    expect(decoded.metadata).toEqual(crd.metadata);
  });

  it('PRO-4 knows the options of a deletion under the name of any group', () => {
    for (const apiVersion of ['v1', 'apps/v1', 'widgets.example.com/v2']) {
      const options = { kind: 'DeleteOptions', apiVersion, gracePeriodSeconds: 0 };
      expect(decode(encodeProtobuf(options, protobufTable) as Uint8Array)).toEqual(options);
    }
  });

  it('PRO-5 writes lists, metadata alone and micro times', () => {
    const lease = {
      kind: 'Lease',
      apiVersion: 'coordination.k8s.io/v1',
      metadata: { name: 'l' },
      spec: { renewTime: '2024-01-02T03:04:05.060708Z', leaseDurationSeconds: 0 },
    };
    const { kind: _, apiVersion: __, ...item } = lease;
    const list = { kind: 'LeaseList', apiVersion: 'coordination.k8s.io/v1', metadata: { resourceVersion: '7' } };
    expect(decode(encodeProtobuf({ ...list, items: [lease] }, protobufTable) as Uint8Array)).toEqual({
      ...list,
      items: [item],
    });
    const partial = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 'p' } };
    expect(decode(encodeProtobuf(partial, protobufTable) as Uint8Array)).toEqual(partial);
  });

  it('PRO-5 does not write kinds that have no numbers', () => {
    const metadata = { name: 'x' };
    expect(encodeProtobuf({ kind: 'Widget', apiVersion: 'example.com/v1', metadata }, protobufTable)).toBeUndefined();
    expect(encodeProtobuf({ kind: 'Table', apiVersion: 'meta.k8s.io/v1', rows: [] }, protobufTable)).toBeUndefined();
  });

  it('PRO-6 frames events of a watch by their length', () => {
    const object = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code: 410 } as KubeObject;
    const inner = encodeProtobuf(object, protobufTable) as Uint8Array;
    const frame = encodeProtobufFrame({ type: 'ERROR', object }, protobufTable) as Uint8Array;
    expect(new DataView(frame.buffer).getUint32(0)).toBe(frame.length - 4);
    const head = ['0a 05 45 52 52 4f 52', `12 ${hex(Uint8Array.of(inner.length + 2))}`, '0a'].join(' ');
    expect(hex(frame.subarray(4))).toBe(`${head} ${hex(Uint8Array.of(inner.length))} ${hex(inner)}`);
  });
});
