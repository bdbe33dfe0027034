"""Show the digitised local-history collection to the public: lawfully, whole, and never half."""
