/** Grammars: what two languages call the parts of code, and what in them comes from outside or can do no harm. */

/** What a language calls its parts. */
export interface Grammar {
  readonly literals: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
  /** Kinds of assignments, with the fields of name and value. */
  readonly assignments: Readonly<Record<string, readonly [string, string]>>;
  readonly call: string;
  readonly imports: readonly string[];
  readonly substitution: string;
  readonly outside: RegExp;
  /** Calls after which a value can do no harm: it is a number, a plain name, or escaped. */
  readonly tamed: RegExp;
}

export const javascript: Grammar = {
  literals: new Set(['string', 'number', 'true', 'false', 'null', 'undefined', 'regex']),
  functions: new Set([
    'function_declaration',
    'function_expression',
    'arrow_function',
    'method_definition',
    'generator_function_declaration',
    'program',
  ]),
  assignments: {
    variable_declarator: ['name', 'value'],
    assignment_expression: ['left', 'right'],
    augmented_assignment_expression: ['left', 'right'],
  },
  call: 'call_expression',
  imports: ['import_statement'],
  substitution: 'template_substitution',
  outside:
    /\b(?:req|request|ctx|context|c|event|koa|r)\??\.(?:request\??\.|req\??\.)?(?:query|params?|body|headers?|cookies?|files?|url|originalUrl|hostname|rawBody|formData|json|queryStringParameters|pathParameters|searchParams|nextUrl|parseBody)\b|\bsearchParams\.get(?:All)?\(|\b(?:window\.|document\.)?location\.(?:hash|search|href)\b|\bdocument\.(?:referrer|URL)\b/,
  tamed:
    /^(?:Number|BigInt|Boolean|(?:Number\.)?parse(?:Int|Float)|encodeURI(?:Component)?|path\.basename|basename|CSS\.escape|JSON\.stringify|\w*(?:[eE]scape|[sS]anitize|[qQ]uote|[vV]alidate|[cC]lean|[aA]llow)\w*|[\w.]+\.(?:escape\w*|sanitize\w*|quote|validate\w*|parse))$/,
};

export const python: Grammar = {
  literals: new Set(['integer', 'float', 'true', 'false', 'none', 'ellipsis']),
  functions: new Set(['function_definition', 'lambda', 'module']),
  assignments: {
    assignment: ['left', 'right'],
    augmented_assignment: ['left', 'right'],
    named_expression: ['name', 'value'],
  },
  call: 'call',
  imports: ['import_statement', 'import_from_statement'],
  substitution: 'interpolation',
  outside:
    /\b(?:flask\.|self\.)?request\.(?:args|form|values|json|data|files|cookies|headers|query_params|query_string|path_params|GET|POST|FILES|COOKIES|META|body|get_json|get_data|query|match_info|rel_url|url|params|get_argument|stream)\b|\bself\.get_(?:argument|query_argument|body_argument|cookie)\(/,
  tamed:
    /^(?:int|float|bool|len|uuid\.UUID|UUID|(?:shlex|pipes)\.quote|quote(?:_plus)?|urllib\.parse\.quote(?:_plus)?|secure_filename|(?:os\.)?path\.basename|basename|(?:html|markupsafe|re)\.escape|escape|json\.dumps|\w*(?:escape|sanitize|validate|clean|allow)\w*)$/,
};
