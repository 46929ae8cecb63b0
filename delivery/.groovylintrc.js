module.exports = {
    extends: 'recommended-jenkinsfile',
    rules: {
        // A declarative pipeline has no place for a constant: stages that do alike must say alike.
        'dry.DuplicateStringLiteral': 'off',
        'dry.DuplicateNumberLiteral': 'off',
        'dry.DuplicateMapLiteral': 'off',
    },
};
