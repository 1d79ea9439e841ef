export type { ArgumentPolicy, InputPolicy } from './backend/checks.js';
export { type TableCommand, type TableEvent, tableCommands, tableEvents } from './backend/commands.js';
export type { Defines } from './backend/conditions.js';
export type { OutputFile } from './backend/output.js';
export type { OutputFilter, OutputPolicy } from './backend/outputs.js';
export { generateHtml } from './backend/reference-html.js';
export { generateMarkdown, type ReferenceOptions } from './backend/reference-markdown.js';
export {
  type CommandRow,
  type EventRow,
  type MemberRow,
  type ObjectRow,
  type OutputRows,
  type SchemaTable,
  schemaTable,
  type TypeRef,
  type ValueRow,
} from './backend/table.js';
export { introspectionModule, tableModule, tableText } from './backend/table-text.js';
export { generateTypes } from './backend/types.js';
export type { TypesOptions } from './backend/types-options.js';
export { compileValidators, type Validator } from './backend/validators.js';
export type { Dialect } from './language/dialect.js';
export { type DialectRules, dialectRules } from './language/dialect.js';
export { readDocumentation } from './language/documentation.js';
export type { DefinitionKind, Finding } from './language/finding.js';
export { formatFinding, renderFinding } from './language/format.js';
export { type Token, tokens } from './language/lexer.js';
export { DEFAULT_LIMITS, type Limits } from './language/limits.js';
export { parse } from './language/parser.js';
export { print, printValue } from './language/printer.js';
export type { FileReader, Position, ReadResult, SourceFile } from './language/source.js';
export { createSource } from './language/source.js';
export type {
  Comment,
  Condition,
  DocSection,
  Documentation,
  Expression,
  Pragmas,
  SyntaxTree,
  Value,
} from './language/syntax.js';
export { assemble, type Program } from './schema/assemble.js';
export type { Change, Comparison, Verdict } from './schema/change.js';
export { type CheckResult, check } from './schema/check.js';
export { type CompareOptions, compareSchemas } from './schema/compare.js';
export { type CompileOptions, type CompileResult, compile } from './schema/compile.js';
export { type DefineResult, define } from './schema/define.js';
export { type FromIntrospectionResult, fromIntrospection } from './schema/from-introspection.js';
export { type Introspection, introspect, introspectionReply, type SchemaInfo } from './schema/introspection.js';
export { type LoadedFile, type LoadResult, load } from './schema/load.js';
export type {
  AlternateBranch,
  AlternateType,
  ArrayType,
  Branch,
  BuiltinType,
  Command,
  Entity,
  EnumType,
  EnumValue,
  Feature,
  Member,
  Module,
  ObjectType,
  Schema,
  SchemaEvent,
  SchemaType,
  Variants,
} from './schema/model.js';
export { type ResolveResult, resolve } from './schema/resolve.js';
