/** What a script works out. */
export type Expr =
  | { readonly op: 'literal'; readonly value: undefined | null | boolean | number | string }
  | { readonly op: 'template'; readonly texts: readonly string[]; readonly parts: readonly Expr[] }
  | { readonly op: 'name'; readonly name: string }
  | { readonly op: 'array'; readonly items: readonly Item[] }
  | { readonly op: 'object'; readonly entries: readonly Entry[] }
  | FunctionExpr
  | { readonly op: 'unary'; readonly operator: string; readonly of: Expr }
  | { readonly op: 'step'; readonly by: 1 | -1; readonly before: boolean; readonly target: Target }
  | { readonly op: 'binary'; readonly operator: string; readonly left: Expr; readonly right: Expr }
  | { readonly op: 'assign'; readonly operator: string; readonly target: Target; readonly value: Expr }
  | { readonly op: 'choice'; readonly test: Expr; readonly yes: Expr; readonly no: Expr }
  | MemberExpr
  | {
      readonly op: 'call';
      readonly callee: Expr;
      readonly args: readonly Item[];
      readonly isNew: boolean;
      readonly optional: boolean;
    };

export interface FunctionExpr {
  readonly op: 'function';
  readonly name: string;
  readonly params: readonly string[];
  readonly body: readonly Statement[];
}

export interface MemberExpr {
  readonly op: 'member';
  readonly of: Expr;
  readonly key: Expr;
  /** `a?.b` */
  readonly optional: boolean;
}

/** What can be assigned to. */
export type Target = { readonly op: 'name'; readonly name: string } | MemberExpr;

/** An element or an argument; `...` spreads it. */
export interface Item {
  readonly spread: boolean;
  readonly value: Expr;
}

/** `key: value`, or `...value` without a key. */
export interface Entry {
  readonly key: Expr | undefined;
  readonly value: Expr;
}

export interface Binding {
  readonly name: string;
  readonly value: Expr | undefined;
}

export type Statement =
  | { readonly op: 'expression'; readonly value: Expr }
  | { readonly op: 'declare'; readonly kind: 'var' | 'let' | 'const'; readonly bindings: readonly Binding[] }
  | { readonly op: 'block'; readonly body: readonly Statement[] }
  | { readonly op: 'if'; readonly test: Expr; readonly yes: Statement; readonly no: Statement | undefined }
  | { readonly op: 'loop'; readonly test: Expr; readonly body: Statement; readonly bodyFirst: boolean }
  | {
      readonly op: 'for';
      readonly start: Statement | undefined;
      readonly test: Expr | undefined;
      readonly step: Expr | undefined;
      readonly body: Statement;
    }
  | {
      readonly op: 'each';
      readonly name: string;
      readonly kind: 'of' | 'in';
      readonly over: Expr;
      readonly body: Statement;
    }
  | { readonly op: 'return'; readonly value: Expr | undefined }
  | { readonly op: 'jump'; readonly kind: 'break' | 'continue' }
  | { readonly op: 'throw'; readonly value: Expr }
  | {
      readonly op: 'try';
      readonly body: readonly Statement[];
      readonly name: string | undefined;
      readonly handler: readonly Statement[] | undefined;
      readonly last: readonly Statement[] | undefined;
    }
  | { readonly op: 'function'; readonly definition: FunctionExpr }
  /** `use NAME` and `show WHAT`, which are no JavaScript. */
  | { readonly op: 'order'; readonly verb: 'use' | 'show'; readonly word: string };
