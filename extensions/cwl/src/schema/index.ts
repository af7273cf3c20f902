export { schemaAt, type ISchemaPlace } from './at.js';
export { VERSIONS, classesOf, fieldIn, fieldsOf, isKnownField, recordsOf, symbolsOf, versionsOfClass, versionsOfField, type FieldType, type IField } from './schema.js';
