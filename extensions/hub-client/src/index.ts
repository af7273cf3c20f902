export * from './events';
export * from './hub';
export * from './problem';
export * from './request';
export * from './sessions';
export * from './shared-events';
export * from './tokens';
