import type { DecodedBody } from '../decoded-body.ts';
import { MAX_DEPTH } from '../json-reader.ts';
import { SyntaxProblem } from '../problems.ts';
import { YamlParser } from './parser.ts';
import { YamlReader } from './reader.ts';
import { resolveScalar } from './scalars.ts';

/**
 * The first document of a YAML text, read as YAML 1.1 as Kubernetes does; what follows it is not looked at. A text
 * without a document is null.
 *
 * Not read by the yaml package: that refuses other texts than Kubernetes does, in other words, and people paste broken
 * YAML to see what Kubernetes says.
 *
 * @param resolve what scalars mean, where it is not YAML 1.1
 * @throws {SyntaxProblem} with Go's text: `yaml: line 5: mapping values are not allowed in this context`. kubectl puts
 * `error converting YAML to JSON: ` before it.
 * @see https://github.com/kubernetes-sigs/yaml
 */
export function decodeYaml(text: string, resolve = resolveScalar): DecodedBody {
  try {
    const reader = new YamlReader(resolve);
    const value = reader.read(new YamlParser(text).document());
    const { repeated } = reader;
    return {
      value,
      duplicateFields: [...reader.duplicateFields],
      strictErrors: repeated.length === 0 ? [] : [`yaml: unmarshal errors:\n  ${repeated.join('\n  ')}`],
      numbers: reader.numbers,
    };
  } catch (problem) {
    // Depth is limited, but how much stack there is depends on the caller.
    if (problem instanceof RangeError) throw new SyntaxProblem(`yaml: exceeded max depth of ${MAX_DEPTH}`);
    throw problem;
  }
}
