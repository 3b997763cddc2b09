import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { protobufTable } from './generate-protobuf.mjs';
import { schemaTable } from './generate-schema.mjs';
import { typeFiles } from './generate-types.mjs';

const generated = resolve(dirname(fileURLToPath(import.meta.url)), '../src/generated');

/** Path and text of every generated file. */
export const generatedFiles = () => [
  ...typeFiles(),
  [`${generated}/schema-table.ts`, schemaTable()],
  [`${generated}/protobuf-table.ts`, protobufTable()],
];
