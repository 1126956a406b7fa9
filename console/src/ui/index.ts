// Everything a page is built of. Look here before making something new.
export * from './button';
export * from './chart';
export * from './copy';
export * from './cx';
export * from './dialog';
export * from './feedback';
export * from './field';
export * from './icon';
export * from './layout';
export * from './table';
export * from './tabs';
export * from './time';
