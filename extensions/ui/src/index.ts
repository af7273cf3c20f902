export * from './components';
export * from './hooks';
export * from './icons';
export * from './sizes';
