"""What DAG code uses: reads syntax trees and templates, walks a project, resolves each key."""
