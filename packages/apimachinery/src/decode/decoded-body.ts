import type { Duplicates, NumberTexts } from './number-texts.ts';

export type MediaType = 'application/json' | 'application/yaml' | 'application/vnd.kubernetes.protobuf';

export interface DecodedBody {
  readonly value: unknown;
  /** Paths of fields that were set twice, for values without a type; the last one counts. `metadata.labels.a` */
  readonly duplicateFields: readonly string[];
  /** Strict errors that reading itself reports, before those of `decodeObject`: YAML tells of repeated keys here. */
  readonly strictErrors: readonly string[];
  /** For `decodeObject`. */
  readonly duplicates?: Duplicates;
  /** For `decodeObject`. */
  readonly numbers?: NumberTexts;
}
