/** What counts as a definition in each language: its grammar, and the kinds of syntax that the outline shows. */

export interface Language {
  /** The grammar's file name without `tree-sitter-` and ending. */
  readonly grammar: string;
  /** Shown, and looked into: what they hold is shown too. */
  readonly holders: readonly string[];
  /** Shown, but not looked into. */
  readonly leaves: readonly string[];
}

const javascript = {
  holders: ['class_declaration', 'class'],
  leaves: [
    'function_declaration',
    'generator_function_declaration',
    'method_definition',
    'field_definition',
    'variable_declarator',
  ],
};

const typescript = {
  holders: [
    ...javascript.holders,
    'abstract_class_declaration',
    'interface_declaration',
    'internal_module',
    'module',
  ],
  leaves: [
    ...javascript.leaves,
    'function_signature',
    'method_signature',
    'abstract_method_signature',
    'public_field_definition',
    'property_signature',
    'type_alias_declaration',
    'enum_declaration',
  ],
};

const cpp = {
  grammar: 'cpp',
  holders: ['class_specifier', 'struct_specifier', 'union_specifier', 'namespace_definition'],
  leaves: [
    'function_definition',
    'function_declarator',
    'enum_specifier',
    'alias_declaration',
    'type_definition',
  ],
};

const byEnding: Readonly<Record<string, Language>> = {
  ts: { grammar: 'typescript', ...typescript },
  tsx: { grammar: 'tsx', ...typescript },
  js: { grammar: 'javascript', ...javascript },
  py: {
    grammar: 'python',
    holders: ['class_definition'],
    leaves: ['function_definition', 'assignment'],
  },
  go: {
    grammar: 'go',
    holders: [],
    leaves: [
      'function_declaration',
      'method_declaration',
      'type_spec',
      'type_alias',
      'const_spec',
      'var_spec',
    ],
  },
  java: {
    grammar: 'java',
    holders: [
      'class_declaration',
      'interface_declaration',
      'enum_declaration',
      'record_declaration',
      'annotation_type_declaration',
    ],
    leaves: [
      'method_declaration',
      'constructor_declaration',
      'compact_constructor_declaration',
      'field_declaration',
    ],
  },
  rs: {
    grammar: 'rust',
    holders: ['impl_item', 'trait_item', 'mod_item'],
    leaves: [
      'function_item',
      'function_signature_item',
      'struct_item',
      'enum_item',
      'union_item',
      'type_item',
      'const_item',
      'static_item',
      'macro_definition',
    ],
  },
  rb: {
    grammar: 'ruby',
    holders: ['class', 'module', 'singleton_class'],
    leaves: ['method', 'singleton_method'],
  },
  cpp,
  cs: {
    grammar: 'c-sharp',
    holders: [
      'namespace_declaration',
      'file_scoped_namespace_declaration',
      'class_declaration',
      'struct_declaration',
      'interface_declaration',
      'record_declaration',
    ],
    leaves: [
      'method_declaration',
      'constructor_declaration',
      'property_declaration',
      'enum_declaration',
      'delegate_declaration',
    ],
  },
  php: {
    grammar: 'php',
    holders: [
      'namespace_definition',
      'class_declaration',
      'interface_declaration',
      'trait_declaration',
      'enum_declaration',
    ],
    leaves: ['function_definition', 'method_declaration'],
  },
  sh: { grammar: 'bash', holders: [], leaves: ['function_definition'] },
};

const sameAs: Readonly<Record<string, string>> = {
  mts: 'ts',
  cts: 'ts',
  mjs: 'js',
  cjs: 'js',
  jsx: 'tsx',
  pyi: 'py',
  rake: 'rb',
  c: 'cpp',
  h: 'cpp',
  cc: 'cpp',
  cxx: 'cpp',
  hpp: 'cpp',
  hh: 'cpp',
  bash: 'sh',
};

/** The language of a file, by its ending. */
export function languageOf(path: string): Language | undefined {
  const ending = /\.([a-z]+)$/iu.exec(path)?.[1]?.toLowerCase() ?? '';
  return byEnding[sameAs[ending] ?? ending];
}
