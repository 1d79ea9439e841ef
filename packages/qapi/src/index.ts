export type { DefinitionKind, Finding } from './language/finding.js';
export type { FileReader, Position, ReadResult, SourceFile } from './language/source.js';
export type { Condition, Dialect, DocSection, Documentation, Pragmas } from './language/syntax.js';
export { type CompileOptions, type CompileResult, compile } from './schema/compile.js';
export { type FromIntrospectionResult, fromIntrospection } from './schema/from-introspection.js';
export { type Introspection, introspect, introspectionReply, type SchemaInfo } from './schema/introspection.js';
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
