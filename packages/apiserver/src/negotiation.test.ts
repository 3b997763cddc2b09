import { describe, expect, test } from 'vitest';
import { negotiate, offers } from './negotiation.ts';

const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const as = (kind: string): string => `${PROTOBUF};as=${kind};g=meta.k8s.io;v=v1`;
const all = offers(true);
const textOnly = offers(false);

describe('negotiate', () => {
  const cases = [
    {
      name: 'the first that is offered',
      accept: `${PROTOBUF},application/json`,
      offer: all.builtIn,
      format: 'protobuf',
    },
    { name: 'by quality', accept: `${PROTOBUF};q=0.5,application/json`, offer: all.builtIn, format: 'json' },
    { name: 'custom resources as JSON', accept: `${PROTOBUF},application/json`, offer: all.custom, format: 'json' },
    { name: 'no custom resources as protobuf', accept: PROTOBUF, offer: all.custom, format: undefined },
    { name: 'their metadata', accept: as('PartialObjectMetadata'), offer: all.custom, format: 'protobuf' },
    { name: 'no Tables as protobuf', accept: as('Table'), offer: all.builtIn, format: undefined },
    { name: 'refusals in no other shape', accept: as('PartialObjectMetadata'), offer: all.plain, format: undefined },
    { name: 'nothing as protobuf without a table', accept: PROTOBUF, offer: textOnly.builtIn, format: undefined },
    { name: 'no types in capitals', accept: 'APPLICATION/JSON', offer: all.builtIn, format: undefined },
    { name: 'no other streams', accept: 'application/json;stream=x', offer: all.builtIn, format: undefined },
  ];
  for (const { name, accept, offer, format } of cases) {
    test(`API-18 ${name}`, () => expect(negotiate(accept, offer)?.format).toBe(format));
  }
});
