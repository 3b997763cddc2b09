import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { descriptionsFrom } from './descriptions.ts';
import { type OpenApiSchema, openApiSchemas } from './openapi.ts';
import { allSchemaNames } from './schemas.ts';

const facts = JSON.parse(readFileSync(new URL('../../facts/schema-facts.json', import.meta.url), 'utf8'));
const REF = '#/components/schemas/';

/** The form of the facts, which leave out what follows from the rest. */
function asFact(schema: OpenApiSchema, nested = false): unknown {
  const { $ref, allOf, items, additionalProperties, properties, ...rest } = schema as Record<string, unknown>;
  const ref = ($ref ?? (allOf as { $ref: string }[] | undefined)?.[0]?.$ref) as string | undefined;
  if (ref !== undefined && nested) return ref.slice(REF.length);
  const out: Record<string, unknown> = { ...rest };
  if (ref !== undefined) out['ref'] = ref.slice(REF.length);
  if (items !== undefined && !nested) out['items'] = asFact(items as OpenApiSchema, true);
  if (additionalProperties !== undefined) out['values'] = asFact(additionalProperties as OpenApiSchema, true);
  if (properties !== undefined) {
    const entries = Object.entries(properties as Record<string, OpenApiSchema>);
    out['properties'] = Object.fromEntries(entries.map(([name, property]) => [name, asFact(property)]));
  }
  return out;
}

describe('openApiSchemas', () => {
  it('OAPI-1 says of every type what the recorded server said', () => {
    const schemas = openApiSchemas([...allSchemaNames()]);
    for (const [name, fact] of Object.entries(facts.schemas)) {
      if (name.endsWith('.meta.v1.Patch')) continue;
      expect(asFact(schemas[name] ?? {}), name).toEqual(fact);
    }
  });

  it('OAPI-2 gives a type with all that it refers to, and no more', () => {
    const schemas = openApiSchemas(['io.k8s.api.core.v1.ConfigMap']);
    expect(Object.keys(schemas)).toEqual([
      'io.k8s.api.core.v1.ConfigMap',
      'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1',
      'io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry',
      'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta',
      'io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference',
      'io.k8s.apimachinery.pkg.apis.meta.v1.Time',
    ]);
  });

  it('OAPI-3 puts references beside which something stands into allOf, and keeps the order of keys', () => {
    const { 'io.k8s.api.core.v1.Container': container } = openApiSchemas(['io.k8s.api.core.v1.Container']);
    const properties = container?.['properties'] as Record<string, OpenApiSchema>;
    expect(properties['resources']).toEqual({
      default: {},
      allOf: [{ $ref: `${REF}io.k8s.api.core.v1.ResourceRequirements` }],
    });
    expect(properties['lifecycle']).toEqual({ $ref: `${REF}io.k8s.api.core.v1.Lifecycle` });
    expect(JSON.stringify(properties['ports'])).toBe(
      `{"type":"array","items":{"default":{},"allOf":[{"$ref":"${REF}io.k8s.api.core.v1.ContainerPort"}]},"x-kubernetes-list-map-keys":["containerPort","protocol"],"x-kubernetes-list-type":"map","x-kubernetes-patch-merge-key":"containerPort","x-kubernetes-patch-strategy":"merge"}`,
    );
    expect(Object.keys(container ?? {})).toEqual(['type', 'required', 'properties']);
  });

  it('OAPI-4 describes types and fields when it is told how', () => {
    const descriptions = descriptionsFrom({
      texts: ['A box.', 'When.', 'What it may use.'],
      types: {
        'io.k8s.api.core.v1.Container': { '': 0, imagePullPolicy: 1 },
        'io.k8s.api.core.v1.ResourceRequirements': { '': 2 },
        'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { '': 2 },
      },
    });
    const schemas = openApiSchemas(['io.k8s.api.core.v1.Container'], { descriptions });
    const container = schemas['io.k8s.api.core.v1.Container'];
    const properties = container?.['properties'] as Record<string, OpenApiSchema>;
    expect(container?.['description']).toBe('A box.');
    expect(properties['imagePullPolicy']?.['description']).toBe(
      'When.\n\nPossible enum values:\n - `"Always"`\n - `"IfNotPresent"`\n - `"Never"`',
    );
    // What a type means is said of the type alone.
    expect(schemas['io.k8s.api.core.v1.ResourceRequirements']?.['description']).toBe('What it may use.');
    expect(schemas['io.k8s.apimachinery.pkg.util.intstr.IntOrString']?.['description']).toBe('What it may use.');
    expect(properties['resources']).not.toHaveProperty('description');
    expect(properties['name']).not.toHaveProperty('description');
  });
});
