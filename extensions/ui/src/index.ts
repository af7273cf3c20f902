export * from './components';
export * from './icons';
export * from './sizes';
