/** A filter as it was read. */
export type Filter =
  | { readonly op: 'identity' | 'recurse' | 'format'; readonly name?: string }
  | { readonly op: 'literal'; readonly value: unknown }
  | { readonly op: 'string'; readonly parts: readonly (string | Filter)[]; readonly format: string }
  | { readonly op: 'index'; readonly of: Filter; readonly key: Filter }
  | { readonly op: 'slice'; readonly of: Filter; readonly from: Filter | undefined; readonly to: Filter | undefined }
  | { readonly op: 'each' | 'try' | 'negate'; readonly of: Filter; readonly otherwise?: Filter }
  | { readonly op: 'array'; readonly of: Filter | undefined }
  | { readonly op: 'object'; readonly entries: readonly (readonly [Filter, Filter])[] }
  | { readonly op: 'binary'; readonly operator: string; readonly left: Filter; readonly right: Filter }
  | { readonly op: 'if'; readonly test: Filter; readonly yes: Filter; readonly no: Filter }
  | { readonly op: 'as'; readonly of: Filter; readonly pattern: Pattern; readonly body: Filter }
  | {
      readonly op: 'reduce' | 'foreach';
      readonly of: Filter;
      readonly pattern: Pattern;
      readonly parts: readonly Filter[];
    }
  | {
      readonly op: 'def';
      readonly name: string;
      readonly params: readonly string[];
      readonly value: Filter;
      readonly body: Filter;
    }
  | { readonly op: 'call'; readonly name: string; readonly args: readonly Filter[] }
  | { readonly op: 'variable' | 'label' | 'break'; readonly name: string; readonly body?: Filter };

/** What `as` takes a value apart with. */
export type Pattern =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'array'; readonly items: readonly Pattern[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [Filter, Pattern])[] };
