/** Loads an ES module for the bundle: a script from the code cache cannot import by itself. */
module.exports = (name) => import(name);
